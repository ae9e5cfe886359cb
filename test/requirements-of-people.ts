/** What the product promises to whoever uses it by its API and its commands; form and citing as in `requirements.ts`. */
export const PROMISES_TO_PEOPLE: Readonly<Record<string, string>> = {
  'api.document': 'The OpenAPI document and the pages made from it are what the API really takes and gives.',
  'api.run-life': 'The whole life of a run can be led over plain HTTP.',
  'api.start-once': 'Any number of starts of one identity at once are one run.',
  'api.authenticated': 'Nobody without a role reaches a run, and roles end at the tenant.',
  'tokens.scoped': 'A token begets none that may do more, and none for others but services, by an admin.',
  'api.fuzzed': 'Every route answers whatever it is sent within seconds, with what its document says.',
  'api.ready': 'The API says whether it can work, and why not.',
  'api.logged': 'The log of the API tells who asked what and what came of it, and holds no secret.',
  'api.log-in': 'Only the holder of a personal key logs in, and a signed statement counts once.',
  'api.problems': 'Whatever is wrong with a request is said in a problem document that shows nothing of the inside.',
  'api.limits': 'Who asks too often or sends too much is refused and told the bound.',
  'api.events': 'A stream of events loses and repeats nothing, wherever it breaks.',
  'api.ends-clean': 'An API that is asked to end lets what is under way finish and closes its streams.',

  'cli.client':
    'The client sends what the contract takes, twice only where that does nothing twice, and never elsewhere.',
  'cli.events': 'Following a run loses nothing and repeats nothing, whatever breaks or is started again meanwhile.',
  'cli.api-down': 'An API that is down or silent is one sentence with the fix, and no command hangs on it.',
  'cli.find-api': 'Which API is meant is clear: named, by environment, by log-in, or by the project around.',
  'cli.key': "A person's key is made for its owner alone, and refused when others can read it.",
  'cli.session':
    'A log-in is kept for its owner alone, one for each API, and counts only there and as long as it lasts.',
  'cli.login': 'Who logs in proves it by their own key; who logs out leaves a token that is worth nothing.',
  'cli.token': 'Tokens for programs are made, listed and revoked from the command line.',
  'cli.verbs': 'Each verb asks the API for just what its arguments say, and shows the answer safely.',
  'cli.json': 'With `--json` standard output is one JSON object and nothing else.',
  'cli.run-life': 'The whole life of a run can be led from the command line.',
  'cli.watch-live':
    'On a terminal a run is watched in place, within the width, and in colours unless they are unwanted.',
  'cli.wait': 'Waiting for a run ends with the exit code of how it ended.',
  'cli.bad-input': 'Whatever is wrong with a command is said in one sentence with the fix, and by the exit code.',
  'cli.help': 'Help goes where results go, and reading only a part of it is no error.',
  'cli.doctor': 'What does not work is found and told with what mends it, also when nothing runs.',
  'cli.reference': 'The page of commands is what the commands say of themselves.',
};

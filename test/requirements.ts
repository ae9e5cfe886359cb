import { PROMISES_TO_PEOPLE } from './requirements-of-people.ts';

/**
 * What the product promises: an id of area and name, and a sentence that is true of the product as a whole. Tests cite
 * ids at the end of their titles, such as `[gate.outage]`; type tests and benchmarks cite them in comments.
 */
export const PROMISES: Readonly<Record<string, string>> = {
  'code.imports': 'Each folder imports only what its role lets it, so that data flows one way.',
  'code.rules': 'Code that breaks a house rule fails the check, by the name of the rule.',
  'code.documents': 'What the documents quote, list and map is what the tree holds.',
  'code.promises': 'Every promise is cited by a test or a benchmark, or says that it is planned.',

  'setup.first-start': 'The first start needs git, Node and npm and does all set-up itself.',
  'setup.release-checked': 'A downloaded server is used only when its checksum is the published one.',
  'setup.one-sentence': 'A set-up that cannot go on ends with one sentence that names the fix.',
  'setup.once': 'Two set-ups at the same time do the work once.',

  'stack.loopback': 'Everything that the stack starts listens on this machine only.',
  'stack.secrets-private': 'Secrets that the stack makes are random and only their owner can read them.',
  'stack.ends-clean': 'A stack that is asked to end stops workers, server and database in this order.',
  'stack.parent-killed': 'After the parent is killed no process of its stack is left 15 seconds later.',
  'stack.all-killed': 'What is left after everything was killed, the next start cleans up or goes on with.',
  'stack.second-start': 'A second start joins the stack that runs, says so, and takes seconds.',
  'stack.busy-port': 'A port that is taken is passed over.',
  'stack.private-home': 'The stack works in a folder that only root can enter.',
  'stack.own-server': 'A Temporal server of the user replaces the embedded one.',
  'stack.own-database': 'A PostgreSQL of the user replaces the embedded one.',

  'config.defaults': 'Without a configuration file every key has a default that works.',
  'config.environment': 'The variables that users know from Temporal, PostgreSQL and OpenAI override the file.',
  'config.empty-is-unset': 'An environment variable that is set but empty counts as unset.',
  'config.refused-by-name': 'A wrong key or value is refused in one sentence with key, value and bound.',
  'config.origins': 'Every effective value can say whether it is a default, from the file or from the environment.',
  'config.check': 'One command shows what the configuration comes to, and ends 3 with each problem in a sentence.',
  'config.schema': 'Editors check the file by a schema that is never older than what the product reads.',
  'config.no-secrets': 'The file holds no secret, and no message or description shows one.',

  'domain.canonical-json': 'The same JSON value always has the same bytes.',
  'domain.keys-stable': 'The key of a call and the id of a run depend on what they name and on nothing else.',
  'domain.money-exact': 'Amounts are kept exactly in the smallest unit of their currency, or refused.',
  'domain.error-table': 'Every error code keeps its retry rule, its HTTP status and its exit code.',
  'domain.facts-bounded': 'What a workflow may decide on is flat and at most 512 bytes.',

  'jobs.types': 'A job that hands one step what another needs compiles without a cast, and a wrong one does not.',
  'jobs.registration-refuses': 'A job that cannot work is refused when it is registered, in one sentence.',
  'jobs.unbuilt-refused': 'A field of a manifest that nothing honours yet is refused, not ignored.',
  'jobs.json-schema': 'A JSON Schema (draft 2020-12) is checked as exactly as a schema in code, or refused.',
  'jobs.tool-aliases': 'A tool may have any printable name; models, and they alone, know it by one they may use.',
  'jobs.pinned': 'What a run was started with (schemas, prompts, tools) is pinned by digest until it ends.',

  'gate.stored-result': 'A call that was answered is never sent again: whoever repeats it gets the stored result.',
  'gate.identity-once': 'Of any number of runs that ask for one effect one makes it and the others learn which.',
  'gate.identity-freed': 'A refused effect frees its identity for the next who asks.',
  'gate.arguments-fixed': 'A step that comes back with other arguments is a conflict and sends nothing.',
  'gate.effect-class-b': 'A call under a natural key is repeated after a crash and leaves one effect.',
  'gate.effect-class-c': 'A call the receiver can be asked about is asked for after a crash before it is repeated.',
  'gate.key-ttl': 'No call is repeated under a key that its receiver may have forgotten.',
  'gate.doubt-to-a-person': 'An effect that may have happened and cannot be asked about is unknown and never repeated.',
  'gate.takeover': 'Only the calls of a dead worker are taken over, each by one successor with a higher token.',
  'gate.lease-lost': 'A worker whose lease is over sends nothing and settles nothing.',
  'gate.ended-run': 'Nothing leaves any more for a run that has ended, whoever still has its call.',
  'gate.clock':
    'A clock that jumps by a day, in the database or in a worker, makes no call happen twice and none hang.',
  'gate.answers': 'Each kind of answer of a receiver has one meaning, which depends on the class of the effect.',
  'gate.one-way-out': 'A tool reaches its own system and no other address.',
  'gate.credentials-hidden': 'Code of tools and adapters never sees a credential.',
  'gate.read-back': 'A booked effect is read back and compared before the run goes on.',
  'gate.blobs-checked': 'Stored bytes that do not match their digest are refused.',
  'gate.roles': 'The login of the gate changes the ledger through its functions only, and no other login does.',
  'crash.under-load': 'Killing worker, server or database under load loses, repeats and blocks nothing.',
  'long-run.flat': 'The last steps of a long run cost as much as the first.',
  'wait.pauses':
    'An outage of weeks fills no history, and what is up again is noticed soon by the length of the outage.',
  'gate.outage': 'Without its database the gate sends nothing, and goes on when it is back.',
  'gate.cancel': 'Cancelling ends reads at once and gives a write whose bytes have left five seconds to answer.',

  'model.choice': 'The first of file, environment, local Ollama and simulated model answers.',
  'model.cleared': 'An endpoint that is not cleared for the data of a job is never called.',
  'model.verbatim': 'What a model answered is kept word for word with what it used.',
  'model.tool-errors-name-the-field':
    'An invalid tool call is answered with the field that is wrong, before any effect.',
  'model.subset-of-tools': 'A run can give an agent fewer tools than it has; a call of another one has no effect.',
  'model.once-in-one-answer':
    'The same change asked for twice in one answer is made once, also after a crash, and both calls get its result.',
  'model.submit': 'An output counts only when it is handed in by its own tool call and fits its schema.',
  'model.bounded-context': 'A model is shown its latest turns within a bound, and can read what is left out.',
  'model.unreachable':
    'A model that gives no usable answer makes its runs wait, with the endpoint named, and go on by themselves.',
  'model.simulated': 'The simulated model says that it is one wherever it shows, and knows nothing but the request.',
  'model.errs-by-seed': 'The simulated model errs as often as it is told, alike for one seed, and lists its errors.',

  'endpoint.open-ai-compatible': 'The example runs over any OpenAI-compatible server that OPENAI_BASE_URL names.',
  'endpoint.every': 'An agent that names no endpoint takes every one of the configuration, in its order.',
  'endpoint.failover': 'When an endpoint gives no usable answer the next one that fits does, and the record says why.',
  'endpoint.cleared': 'An endpoint that may not see the data is not called either when it is the only one up.',
  'endpoint.cool-down': 'After a 429 no worker asks that endpoint before its Retry-After is over.',
  'endpoint.back-off': 'A failing endpoint is left alone for longer each time, and a success ends that.',
  'endpoint.context': 'What is too long for one endpoint goes to a larger one only, also when it was cut in silence.',
  'endpoint.refusal': 'What a model refuses is not taken to another one.',
  'endpoint.waits': 'With no endpoint left a run waits, holds no worker, and its sentence names each endpoint and why.',
  'endpoint.unknown-name': 'An agent that names an unknown endpoint stops the start, in one sentence.',
  'endpoint.timeout': 'An endpoint is waited for no longer than its configuration says, then another one is asked.',
  'endpoint.quirks': 'A server that differs from most is served by configuration alone.',

  'workflow.pause': 'A paused run starts no further step while it still answers.',
  'workflow.cancel': 'Cancelling closes a hanging model call on the wire within a second.',
  'workflow.signal': 'A run waits for a signal by name, and a repeated delivery counts once.',
  'workflow.view': 'The view of a run says what it does, what it waits for, how it ended, and why.',
  'workflow.bug-blocks': 'A bug in the code of a job shows as blocked, with its error, and loses nothing.',
  'workflow.agent-ends':
    'An agent ends by an accepted output, a finding on its source, its turns, its time, or no progress.',
  'workflow.ends-by-code': 'A run that does not complete ends with a code and one sentence.',
  'workflow.beside': 'A run ends only when the calls beside the step that ended it have ended, and begins no more.',
  'ladder.next-endpoint':
    'An output that fails twice goes to the next endpoint with the findings, and then to a person.',
  'ladder.person':
    'What no model gets right goes to a person who sees it with source and findings, and a correction is verified.',
  'question.refused':
    'An answer that does not fit its question is refused in one sentence, and the question stays open.',
  'question.shown': 'A person at the terminal sees the findings of a question, what was made, and from what.',
  'question.several': 'Of several questions of a run each is shown in its turn, before whatever else it waits for.',
  'question.once': 'An answer that is delivered twice counts once.',
  'question.unknown-effect':
    'Whether an effect took place is settled by a person with evidence, and the ledger keeps who said so.',
  'steps.as': 'A named repetition of a step has its name in the step path, whatever the order.',
  'steps.try': 'A step that is tried gives what it came to as a value, and the job decides.',
  'steps.sleep-until': 'A run sleeps until a moment without a worker and shows that it does.',
  'steps.reminders': 'People are reminded of what a run waits for at the intervals that the job names.',
  'long-run.agent': 'An agent of 200 turns is one run whose histories stay short.',
  'long-run.map': 'A step is applied to each item of a long list once, also when workers are killed meanwhile.',
  'long-run.child': 'A run asks for a run of another job, which is one run whoever asks for it.',
  'long-run.steered': 'Pause, resume, cancel and answers reach every part of a run and every run that it started.',
  'long-run.payloads': 'Large values go by reference; what a history would hold of them is refused with step and size.',
  'long-run.children': 'Children and maps of any size keep every history bounded.',
  'workflow.replay': 'Recorded histories replay against the bundle, and a renamed step is noticed.',
  'workflow.sandboxed': 'The bundle of the workflows holds no schema library and no module of Node.',

  'worker.apart': 'Apart, a process that runs workflows knows no database address and no credential.',
  'worker.layouts': 'Jobs end the same in both layouts.',
  'worker.drains': 'A worker that is asked to end finishes what it can and hands the rest over.',
  'worker.health': 'A worker says whether it lives and whether it can take work, and if not, why.',
  'worker.resumes': 'Runs go on after their workers were killed.',

  'timeline.whole':
    'Whoever reads the timeline of a run, and goes on where they were, misses nothing and gets nothing twice.',
  'tokens.end': 'A token counts until it ends or is revoked, and never again.',
  'tokens.digests': 'The database knows no secret of a token, and only who checks tokens reads the digests.',
  'tokens.once': 'What may be used once is used once, by however many it is tried at the same time.',
  'timeline.apart': 'The timeline of a run of another tenant is empty, as that of a run that is not there.',
  'tokens.apart': 'A token of another tenant is not there: it cannot be used, listed or revoked.',

  'upgrade.check': 'Before a deploy each open run and history that it would break is named, with event and step.',
  'upgrade.side-by-side': 'After a deploy old runs finish on old code and new ones on new code, side by side.',
  'upgrade.cut': 'After a deploy that was cut, or two at once, the current build is served again by itself.',
  'upgrade.code': 'A start with changed tools or prompts replaces every process that runs them, the API included.',
  'upgrade.crash': 'After everything was killed, runs of an older build still finish on its code.',
  'upgrade.definition': 'A run whose tool was changed shows what mends it, and goes on by itself once it is as it was.',
  'upgrade.old-server': 'Where the server has no Worker Deployments, runs go on unversioned, and the start says so.',
  'upgrade.kept': 'The same code is one build wherever it is built, kept by its digest as long as open runs need it.',
  'upgrade.missing': 'A build that open runs need and that is not kept is told in one sentence with the fix.',
  'upgrade.bad-input': 'A check of a deploy that cannot be made ends with one sentence and its exit code.',

  'plugin.three-lines': 'An existing Temporal worker gets its first governed activity by three changed lines.',
  'plugin.performed-once':
    'A governed activity of a plain workflow is performed once, whatever is retried, reset or killed.',
  'plugin.executions': 'Executions of a plain workflow that are meant as different ones each perform their own calls.',
  'plugin.codes': 'A governed activity that does not succeed fails by its code, or is told as a value.',
  'plugin.listed': 'Lists show the runs of plain workflows that made governed calls, and where Temporal has them.',
  'plugin.refused': 'What a plugin cannot work with is refused when its worker is made, in one sentence with the fix.',
  'plugin.provisions': 'One function makes the database that the plugin needs, in a PostgreSQL of the user.',

  'client.start-once': 'Two starts with one identity are one run; with another input the second is refused.',
  'client.ended-run': 'A message to a run that has ended is refused in one sentence.',
  'client.list': 'Runs are listed with how they stand, also those that have ended.',
  'client.bad-input': 'An input that does not fit is refused before anything is stored or started.',

  'schedules.each-moment': 'Each planned moment of a schedule starts one run with the moment filled into its input.',
  'schedules.overlap': 'What happens when a run is due while another is open is what the overlap policy says.',
  'schedules.pause': 'A paused schedule starts nothing, and its note names who paused, resumed or triggered it.',
  'schedules.create-once': 'The same definition again is the same schedule; another one under its name is refused.',
  'schedules.tenant': 'A schedule of another tenant is unknown.',
  'schedules.bad-input': 'A schedule that could not start its runs is refused when it is made.',
  'schedules.caught-up': 'What was due while API, workers or server were down is made good, for its own moment.',
  'schedules.crash':
    'A crash between the row of a scheduled run and its workflow loses no run and makes no second one.',
  'schedules.http': 'Schedules are made, shown, steered and removed by HTTP, by those whose role allows it.',
  'schedules.identity': 'A moment whose identity has a run already starts no second one.',

  'triggers.once': 'A signed message starts one run however often it comes; another body under its id is refused.',
  'triggers.forged': 'A message that nobody with the secret signed starts nothing, and its answer tells nothing.',
  'triggers.stale': 'A signature older or newer than five minutes is refused, and the sentence helps the honest.',
  'triggers.malformed': 'A message without its headers, or with others than they can be, is refused by their names.',
  'triggers.rotation': 'While a secret is changed the old and the new one are both taken.',
  'triggers.crash': 'A crash between taking a message and starting its run loses no run and makes no second one.',
  'triggers.configured': 'A trigger is configured by references to its secrets, and a wrong secret is never shown.',

  'example.rules': 'A document whose totals are wrong ends rejected by the name of the broken rule.',
  'example.changed-account': 'An invoice with an account that is not on file is never paid.',
  'example.generated-invoices': 'Invoices that nobody has seen before are booked right or not at all.',
  'example.generated-texts': 'PDFs and mails that nobody has seen before are booked right, or a person is asked.',
  'example.limit': 'An amount above the limit, or in another currency than the limit, waits for a person.',

  'document.formats':
    'UBL, PDFs with a text layer and mails are all taken, and a mail counts as the invoice that it holds.',
  'document.hostile':
    'A document that cannot be read ends its run with one sentence that names the fix, and harms no worker.',
  'document.bounded':
    'A document of any size is taken up to 20 MB, and a model is shown a bounded part and can read on.',
  'document.read-by-agent': 'What an agent reads from a text counts only when the text says it and it adds up.',
  'document.stranger': 'A supplier of a text who is not on file goes to a person; one of a UBL document ends its run.',

  'start.ten-documents': 'The ten sample documents end as expected, and each booking is entered once.',
  'start.documents':
    'The files of any folder are taken, and each is said to be booked, refused, waiting or not read, and why.',
  'start.nothing-twice': 'A second start books nothing and says which run booked what.',
  'start.bad-input': 'Bad input ends with one sentence, the documented exit code, and nothing lost.',
  'start.endpoint-down': 'A model that cannot be reached makes runs wait, not fail.',

  'package.getting-started': 'Whoever never cloned it installs the package, makes a project, starts it and tests it.',
  'package.small': 'The package holds what runs and nothing besides.',
  'package.init': 'A project is made in a new folder alone, by any Node from 20 on, or refused in one sentence.',
  'package.command': 'The command runs under the Node 24 of the project it stands in, and keeps its exit code.',
  'package.code-compiles': 'The code of the documents compiles as it stands.',
  'up.services': 'Programs of a project stand in for the systems that its tools speak to, each told its port.',
  'up.bad-input': 'What cannot come up ends with one sentence and its exit code before anything is started.',

  'crash.kill-matrix': 'A worker killed at any point of a call loses no effect and repeats none.',
  'crash.any-order':
    'Kills, stops, resets and repeated deliveries in any order leave each effect once, or known to be unknown.',

  'eval.invoices': 'Any folder of documents with expected ends is run through the job, and the books are the judge.',
  'eval.toolcalls':
    'Of recorded tool calls the valid ones reach their tools unchanged, and no other one has an effect.',
  'eval.tau2': 'Recorded tasks are solved under faults and kills, and the tool server is the judge; no run is stuck.',
  'eval.errors-caught': 'What a model gets wrong is caught before it is booked, or a person is asked.',

  'testing.real': 'A rehearsal runs a job on a real server, with a scripted model and receivers made from its tools.',
  'testing.fast': 'Once stack and worker are up, a rehearsal of a plain job takes less than a second.',
  'testing.effects': 'The effects of a rehearsal are what its receivers did, whatever the ledger says.',
  'testing.script': 'A script that has nothing for what a model is asked ends its rehearsal with agent and turn.',
  'testing.types': 'The script of a job knows its agents and what they hand in, without a cast.',
  'testing.kills': 'A rehearsal kills its worker at any point of any call, and another one goes on.',
  'testing.given': 'A rehearsal gives signals and answers when they are waited for, and ends where it gives none.',
  'testing.refused': 'What cannot be rehearsed is refused in one sentence before anything is started.',
  'testing.apart': 'Rehearsals that run at the same time see nothing of each other.',
  'testing.ends': 'A test process with rehearsals ends by itself, and nothing of its stack is left behind.',

  'stuck.projection': 'A run whose Workflow was ended from outside ends in lists too, with the right code.',
  'stuck.decisions':
    'A decision that was stored arrives, once, whatever was down, unless a later one has overtaken it.',
  'stuck.starts': 'A start that was cut is made good, or ends with the reason.',
  'stuck.leftovers':
    'What an ended run left half-done is asked about and never sent again; what nobody knows is settled by a person.',
  'stuck.alarms': 'What stays stuck raises one alarm with the fix, and its end clears it.',
  'stuck.expired': 'What has expired is removed, and nothing else.',
  'stuck.any-sweeps': 'Any number of sweeps at once, and a clock that jumps, do nothing twice.',
  'stuck.schedule': 'Engines that share a Task Queue share one schedule of sweeps, which survives being ended.',

  'cost.time': 'What a governed step costs is measured against a bare one in the same run.',
  'cost.bounded': 'A governed step takes at most 1.2 times as long as a bare one, in both layouts.',
  'cost.flat': 'The last turns of a long agent take at most 1.1 times as long as its first ones.',
  'cost.bytes': 'A step adds at most 300 bytes more to a history than one on Temporal alone.',
  'cost.events': 'A governed run has six events more than a bare one, however many steps it has.',

  'fork.prefix':
    'A fork does what comes from a step on; all before is answered from the first run’s record, without an effect.',
  'fork.collisions': 'What a fork might collide with or repeat is named before it starts.',
  'fork.edit': 'An edited record is checked by the schemas, kept as edited, and voids what people decided about it.',
  'fork.new-code':
    'A fork runs on the code of today; a recorded step that is given something else is a named conflict.',
  'fork.refused': 'A fork that would not be what it says is refused in one sentence.',

  ...PROMISES_TO_PEOPLE,
};

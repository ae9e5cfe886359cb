import { Worker } from '@temporalio/worker';
import { sentenceOf } from '../../domain/errors.ts';
import { factsOf, type History, type HistoryFacts, type NamedHistory } from './replayed-history.ts';
import { type Break, whereBroken } from './where-broken.ts';

/** One history that was replayed. */
export interface Replayed extends HistoryFacts {
  readonly name: string;
  /** Absent when the code does again what was recorded. */
  readonly broken?: Break;
}

/** Replays histories on a bundle, one at a time: only one of them is held. */
export async function* replayHistories(
  bundle: string,
  histories: AsyncIterable<NamedHistory>,
): AsyncGenerator<Replayed> {
  const now: { history?: History } = {};
  const given = fed(histories, now);
  const options = { workflowBundle: { codePath: bundle }, replayName: 'check-deploy' };
  for await (const { workflowId: name, error } of Worker.runReplayHistories(options, given)) {
    const history = now.history ?? {};
    const broken = error === undefined ? {} : { broken: whereBroken(history, sentenceOf(error)) };
    yield { name, ...factsOf(history), ...broken };
  }
}

async function* fed(
  histories: AsyncIterable<NamedHistory>,
  now: { history?: History },
): AsyncGenerator<{ workflowId: string; history: History }> {
  for await (const { name, history } of histories) {
    now.history = history;
    yield { workflowId: name, history };
  }
}

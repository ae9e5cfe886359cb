import { z } from 'zod';
import { EFFECT_CLASSES, EFFECTS } from '../../domain/effects.ts';
import { RUN_STATUSES } from '../../domain/run-view.ts';
import { ForkFields } from './forks.ts';
import { RunAlarmSchema } from './alarms.ts';
import { countField, FlagField, JsonField, Moment, NameField, RunIdField } from './fields.ts';

const StatusField = z.enum(RUN_STATUSES, { error: `one of ${RUN_STATUSES.join(', ')}` });
const WaitKind = z.enum(['signal', 'unavailable', 'answer', 'time'], {
  error: 'one of signal, unavailable, answer, time',
});

const Waiting = z
  .object({
    kind: WaitKind.describe('A signal, something that is down, an answer of a person, or a moment.'),
    name: z.string().describe("The signal's name, or the step that is held up."),
    since: Moment,
    deadline: Moment.optional().describe('Absent when there is none.'),
    sentence: z.string().describe('What is needed and who can give it.'),
    reminders: z.number().optional().describe('How often people were reminded.'),
  })
  .describe('What the run waits for.');

/** The parameters of routes of one run. */
export const RunPath = z.strictObject({ runId: RunIdField });

/** A run as lists show it. */
export const RunSchema = z
  .strictObject({
    runId: RunIdField,
    job: NameField,
    version: z.int().describe('The version of the job that it was started with.'),
    status: StatusField,
    step: z.string().describe('The step it is at, or was last; empty before the first.'),
    waitingFor: Waiting.optional(),
    turns: z.int().describe('Model turns so far.'),
    lastOutcome: z.string(),
    actor: z.string().describe('Who started it.'),
    startedAt: Moment,
    closedAt: Moment.optional(),
    modelCalls: z.int(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    model: z.string().describe('The model as the endpoint last named it; empty before the first call.'),
    end: z
      .strictObject({ code: z.string(), sentence: z.string() })
      .optional()
      .describe('How it ended; absent of a run that is open or completed.'),
  })
  .describe('A run.');

/** A run as it is shown by itself. */
export const SeenRunSchema = RunSchema.extend({
  blocked: z
    .strictObject({ error: z.string(), attempts: z.int() })
    .optional()
    .describe('What keeps it from going on although nobody is waited for; known when it was asked live.'),
  ...ForkFields,
  alarms: z.array(RunAlarmSchema).optional().describe('What of it is stuck; absent when nothing is.'),
  live: z.boolean().describe('Whether the run answered itself.'),
  ageMs: z.number().describe('How old what is shown is, in milliseconds; 0 when the run answered itself or has ended.'),
}).describe('A run, seen closely.');

/** Which runs to list. */
export const RunQuery = z.strictObject({
  status: StatusField.optional(),
  job: NameField.optional(),
  actor: z.string().min(1).max(100).optional().describe('Who started it.'),
  waitingFor: WaitKind.optional().describe('Only runs that wait for this.'),
  startedAfter: Moment.optional().describe('Only runs started after this moment.'),
  startedBefore: Moment.optional().describe('Only runs started before this moment.'),
  limit: countField(1, 500).optional().describe('How many: 1 to 500, default 50.'),
  cursor: z.string().min(1).max(300).optional().describe('`next` of the page before.'),
});

/** A page of runs, the newest first. */
export const RunPage = z
  .strictObject({
    runs: z.array(RunSchema),
    next: z.string().optional().describe('The cursor of the next page; absent on the last.'),
  })
  .describe('A page of runs, the newest first.');

/** What a run is started with. */
export const StartBody = z
  .strictObject({ job: NameField, input: JsonField.describe("What the job's input schema asks for.") })
  .describe('What to start.');

/** A run that was started, now or before. */
export const StartedSchema = z
  .strictObject({
    runId: RunIdField,
    existing: z.boolean().describe('Whether this identity had a run already, open or ended.'),
    status: z.enum(['starting', ...RUN_STATUSES]),
  })
  .describe('The run of this identity.');

/** How a run is shown. */
export const ShowQuery = z.strictObject({
  live: FlagField.optional().describe('`true` asks the run itself too, which may take 2 s; default `false`.'),
});

/** Why somebody steers a run. */
export const SteerBody = z
  .strictObject({ reason: z.string().min(1).max(500).optional().describe('Recorded with the act.') })
  .describe('Why.');

/** What steering came to. */
export const SteeredSchema = z
  .strictObject({ runId: RunIdField, status: StatusField.describe('What the run is now.') })
  .describe('The run after that.');

/** An external event. */
export const SignalBody = z
  .strictObject({
    name: z.string().min(1).max(500).describe("The signal's name."),
    payload: JsonField.optional().describe('At most 8 KiB of JSON.'),
    id: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('A second delivery under the same id is the same event; default a new one.'),
  })
  .describe('An external event for the run.');

/** That something was taken. */
export const TakenSchema = z.strictObject({ runId: RunIdField, taken: z.literal(true) }).describe('It was taken.');

const Call = {
  stepPath: z.string(),
  name: z.string(),
  effect: z.enum(EFFECTS),
  class: z.enum(EFFECT_CLASSES),
  system: z.string(),
};

/** One event of a timeline. */
export const TimelineEventSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ id: z.string(), at: Moment, kind: z.literal('run-started'), actor: z.string() }),
    z.strictObject({ id: z.string(), at: Moment, kind: z.literal('call-claimed'), ...Call }),
    z.strictObject({
      id: z.string(),
      at: Moment,
      kind: z.enum(['call-settled', 'call-judged']),
      ...Call,
      state: z.string(),
      takeovers: z.int(),
      sentence: z.string(),
      inputTokens: z.int(),
      outputTokens: z.int(),
    }),
    z.strictObject({
      id: z.string(),
      at: Moment,
      kind: z.enum(['decision-made', 'decision-delivered']),
      decision: z.string(),
      name: z.string(),
      actor: z.string(),
    }),
    z.strictObject({
      id: z.string(),
      at: Moment,
      kind: z.literal('status-noted'),
      status: z.string(),
      waitingFor: Waiting.optional(),
    }),
    z.strictObject({
      id: z.string(),
      at: Moment,
      kind: z.literal('run-ended'),
      status: z.string(),
      code: z.string(),
      sentence: z.string(),
    }),
    z.strictObject({
      id: z.string(),
      at: Moment,
      kind: z.literal('call-copied'),
      ...Call,
      state: z.string(),
      source: z.string().describe('The run from whose record it is.'),
      editedBy: z.string().describe('Who gave its output otherwise; empty when nobody did.'),
    }),
    z.strictObject({
      id: z.string(),
      at: Moment,
      kind: z.literal('run-forked'),
      source: z.string(),
      fork: z.string(),
      step: z.string().describe('The first step that is done anew; empty when all that was recorded was kept.'),
      actor: z.string(),
      copied: z.int(),
    }),
  ])
  .describe('Something that happened in the run.');

/** A part of a timeline. */
export const TimelineSchema = z
  .strictObject({
    events: z.array(TimelineEventSchema),
    next: z.string().optional().describe('`after` of the next part; absent when this is all so far.'),
  })
  .describe('What happened, in the order in which it became final.');

/** From where a timeline is read. */
export const TimelineQuery = z.strictObject({
  after: z.string().min(1).max(200).optional().describe('The id of the last event that is known.'),
  limit: countField(1, 1_000).optional().describe('How many: 1 to 1,000, default 500.'),
});

/** From where a stream goes on; the header `Last-Event-ID` comes first. */
export const EventsQuery = z.strictObject({
  after: z.string().min(1).max(200).optional().describe('The id of the last event that is known.'),
});

/** What a run asks a person. */
export const QuestionSchema = z
  .strictObject({
    question: z
      .strictObject({
        name: z.string(),
        question: z.enum(['unknown-effect', 'correction']),
        sentence: z.string(),
        since: Moment,
        deadline: Moment.optional(),
        answers: z.array(z.string()).describe('The kinds of answer it takes.'),
        findings: z.array(z.record(z.string(), JsonField)).describe('What verifiers found wrong.'),
        source: JsonField.optional().describe('What was worked from.'),
        artefact: JsonField.optional().describe('What was made and not accepted.'),
        call: z
          .strictObject({
            name: z.string(),
            system: z.string(),
            arguments: JsonField,
            sentence: z.string(),
            sentAt: Moment.optional(),
          })
          .optional()
          .describe('The call whose effect is not known.'),
      })
      .nullable()
      .describe('`null` when it asks nothing.'),
  })
  .describe('What the run asks.');

/** A person's answer. */
export const AnswerBody = z
  .strictObject({
    question: z.string().min(1).max(500).optional().describe('Its name; default the one that is open.'),
    id: z.string().min(1).max(500).optional().describe('The same id again is the same answer; default a new one.'),
    evidence: z.string().min(1).max(500).describe('What the answer rests on.'),
    answer: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('happened'), output: JsonField.optional() }),
        z.strictObject({ kind: z.literal('did-not-happen'), next: z.enum(['repeat', 'end']) }),
        z.strictObject({ kind: z.literal('corrected'), output: JsonField }),
        z.strictObject({ kind: z.literal('rejected') }),
      ])
      .describe('What the person says.'),
  })
  .describe('An answer to what the run asks.');

/** What a run ended with. */
export const ResultSchema = z.strictObject({ runId: RunIdField, result: JsonField }).describe('What the run gave.');

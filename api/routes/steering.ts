import type { HoldfastClient, ShownQuestion } from '../../client/index.ts';
import type { Json } from '../../domain/canonical.ts';
import type { Handlers, KnownPrincipal } from '../handler.ts';
import type { Answer } from '../types.ts';

/** Pausing, resuming, cancelling, signalling and answering; who does it is recorded. */
export const steeringHandlers = {
  'POST /v1/runs/{runId}/pause': async ({ principal, path: { runId }, body }, { client }) => {
    return { status: 200, body: { runId, status: await client.pause(runId, control(principal, body)) } };
  },
  'POST /v1/runs/{runId}/resume': async ({ principal, path: { runId }, body }, { client }) => {
    return { status: 200, body: { runId, status: await client.resume(runId, control(principal, body)) } };
  },
  'POST /v1/runs/{runId}/cancel': async ({ principal, path: { runId }, body }, { client }) => {
    await client.cancel(runId, control(principal, body));
    return { status: 202, body: { runId, taken: true } };
  },
  'POST /v1/runs/{runId}/signal': async ({ principal: { name: actor, tenant }, path: { runId }, body }, { client }) => {
    const { name, payload, id } = body;
    await client.signal(runId, {
      name,
      actor,
      tenant,
      ...(payload === undefined ? {} : { payload: payload as Json }),
      ...(id === undefined ? {} : { id }),
    });
    return { status: 202, body: { runId, taken: true } };
  },
  'GET /v1/runs/{runId}/question': async ({ principal: { tenant }, path: { runId } }, { client }) => {
    const question = await client.question(runId, { tenant });
    return { status: 200, body: { question: question === undefined ? null : questionJson(question) } };
  },
  'POST /v1/runs/{runId}/answer': async ({ principal: { name: actor, tenant }, path: { runId }, body }, { client }) => {
    const { question, id, evidence, answer } = body;
    const status = await client.answer(runId, {
      // The same by form: its outputs are parsed by the job's own schemas.
      answer: answer as Parameters<HoldfastClient['answer']>[1]['answer'],
      evidence,
      actor,
      tenant,
      ...(question === undefined ? {} : { question }),
      ...(id === undefined ? {} : { id }),
    });
    return { status: 200, body: { runId, status } };
  },
} as const satisfies Partial<Handlers>;

function control(
  { name: actor, tenant }: KnownPrincipal,
  { reason }: { reason?: string | undefined },
): Parameters<HoldfastClient['cancel']>[1] {
  return { actor, tenant, ...(reason === undefined ? {} : { reason }) };
}

function questionJson(shown: ShownQuestion): NonNullable<Answer<'GET /v1/runs/{runId}/question'>['question']> {
  const { since, deadline, source, artefact, call, answers, findings, ...rest } = shown;
  return {
    ...rest,
    since: since.toISOString(),
    answers: [...answers],
    findings: findings.map((finding) => ({ ...finding })),
    ...(deadline === undefined ? {} : { deadline: deadline.toISOString() }),
    ...(source === undefined ? {} : { source }),
    ...(artefact === undefined ? {} : { artefact }),
    ...(call === undefined ? {} : { call: callJson(call) }),
  };
}

function callJson({
  sentAt,
  ...call
}: NonNullable<ShownQuestion['call']>): NonNullable<
  NonNullable<Answer<'GET /v1/runs/{runId}/question'>['question']>['call']
> {
  return { ...call, ...(sentAt === undefined ? {} : { sentAt: sentAt.toISOString() }) };
}

import { actorText } from '../actor.ts'
import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
import { answers, route } from '../route.ts'
import {
  AnswerBody,
  CommandInfo,
  CommandPath,
  DecisionInfo,
  DecisionList,
  DecisionPage,
  DecisionPath,
  ExplanationInfo,
  ReplayInfo,
  WordBody,
} from '../shapes/decisions.ts'
import { ModelPath } from '../shapes/names.ts'

/** A person's word on what was decided. */
export interface Word {
  readonly command: 'approve' | 'reject' | 'close-breaker'
  readonly actor: string
  readonly because: string
  /** The decision that is answered; null: whichever waits. */
  readonly decision: number | null
}

export interface DecisionsPorts {
  /** Newest first. @throws Fault NOT_FOUND where there is no such model, as all of these */
  list(
    model: string,
    page: { readonly kind: DecisionInfo['kind'] | null; readonly before: number | null; readonly limit: number },
  ): Promise<readonly DecisionInfo[]>
  /** The decision that waits for an answer; null: none does. */
  proposal(model: string): Promise<number | null>
  /** @throws Fault NOT_FOUND also where there is no such decision */
  find(model: string, seq: number): Promise<DecisionInfo>
  explain(model: string, seq: number): Promise<ExplanationInfo>
  /**
   * Leaves a person's word for the loop, and waits a little for its answer.
   * @throws Fault CONFLICT where it makes no sense as things stand
   */
  give(model: string, word: Word): Promise<CommandInfo>
  /** @throws Fault NOT_FOUND where no such word was given */
  command(id: number): Promise<CommandInfo>
  /** Decides the recorded life again. */
  replay(model: string): Promise<ReplayInfo>
}

const tags = ['decisions']

/** What was decided, why, and a person's word on it. */
export function decisionsRoutes(ports: DecisionsPorts): ApiRoutes {
  const routes = apiRoutes()
  addReading(routes, ports)
  addWords(routes, ports)
  return routes
}

function addReading(routes: ApiRoutes, ports: DecisionsPorts): void {
  routes
    .openapi(
      route({
        method: 'get',
        path: '/models/{model}/decisions',
        scope: 'read',
        summary: 'What was decided about a model',
        tags,
        request: { params: ModelPath, query: DecisionPage },
        responses: { 200: answers(DecisionList, 'Newest first.') },
      }),
      async (c) => {
        const { model } = c.req.valid('param')
        const { limit, before = null, kind = null } = c.req.valid('query')
        const decisions = [...(await ports.list(model, { kind, before, limit }))]
        const next = decisions.length === limit ? (decisions.at(-1)?.seq ?? null) : null
        return c.json({ decisions, next, proposal: await ports.proposal(model) }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/models/{model}/decisions/{decision}',
        scope: 'read',
        summary: 'One decision with all that it rests on',
        tags,
        request: { params: DecisionPath },
        responses: { 200: answers(DecisionInfo, 'As it was written down.') },
      }),
      async (c) => {
        const { model, decision } = c.req.valid('param')
        return c.json(await ports.find(model, decision), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/models/{model}/decisions/{decision}/explanation',
        scope: 'read',
        summary: 'Why: the evidence, what was ruled out, and what would have changed it',
        tags,
        request: { params: DecisionPath },
        responses: { 200: answers(ExplanationInfo, 'From the records alone.') },
      }),
      async (c) => {
        const { model, decision } = c.req.valid('param')
        return c.json(await ports.explain(model, decision), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/models/{model}/replay',
        scope: 'read',
        summary: 'Decides the recorded life again, and says whether all comes out the same',
        tags,
        request: { params: ModelPath },
        responses: { 200: answers(ReplayInfo, 'Whether it does, and the first difference.') },
      }),
      async (c) => c.json(await ports.replay(c.req.valid('param').model), 200),
    )
}

function addWords(routes: ApiRoutes, ports: DecisionsPorts): void {
  const said = {
    200: answers(CommandInfo, 'The loop has heard it.'),
    202: answers(CommandInfo, 'The loop will hear it; ask for the answer at /v1/commands/{command}.'),
  }
  const answering = (command: 'approve' | 'reject', summary: string) =>
    route({
      method: 'post',
      path: `/models/{model}/${command}` as const,
      scope: 'operate',
      summary,
      tags,
      also: ['CONFLICT'],
      request: {
        params: ModelPath,
        body: { required: true, content: { 'application/json': { schema: AnswerBody } } },
      },
      responses: said,
    })
  for (const [command, summary] of [
    ['approve', 'Lets happen what was proposed'],
    ['reject', 'Declines what was proposed'],
  ] as const)
    routes.openapi(answering(command, summary), async (c) => {
      const { because, decision = null } = c.req.valid('json')
      const word = { command, because, decision, actor: actorText(c.get('actor')) }
      const given = await ports.give(c.req.valid('param').model, word)
      return given.answer === null ? c.json(given, 202) : c.json(given, 200)
    })
  routes
    .openapi(
      route({
        method: 'post',
        path: '/models/{model}/close-breaker',
        scope: 'operate',
        summary: 'Lets trainings start again',
        tags,
        also: ['CONFLICT'],
        request: {
          params: ModelPath,
          body: { required: true, content: { 'application/json': { schema: WordBody } } },
        },
        responses: said,
      }),
      async (c) => {
        const { because } = c.req.valid('json')
        const word = { command: 'close-breaker', because, decision: null, actor: actorText(c.get('actor')) } as const
        const given = await ports.give(c.req.valid('param').model, word)
        return given.answer === null ? c.json(given, 202) : c.json(given, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/commands/{command}',
        scope: 'read',
        summary: "What came of a person's word",
        tags,
        request: { params: CommandPath },
        responses: { 200: answers(CommandInfo, 'The word, and its answer.') },
      }),
      async (c) => c.json(await ports.command(c.req.valid('param').command), 200),
    )
}

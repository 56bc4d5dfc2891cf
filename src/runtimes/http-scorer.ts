import { z } from 'zod'
import { Fault } from '../base/fault.ts'
import { canonicalJson } from '../data/event-body.ts'
import type { Schema, Task } from '../data/schema.ts'
import { encodeArtifact } from '../models/artifact.ts'

export const HTTP_PROTOCOLS = ['plain-json', 'mlflow', 'open-inference'] as const

/** Where a scorer of the user's answers, and how it is asked. Comes from the server's own configuration, never a client. */
export const HttpScorer = z.strictObject({
  url: z
    .string()
    .max(2000)
    .refine(isAllowed, 'must be an http or https address without user, password or fragment')
    .describe('Where it answers; of MLflow and Open Inference servers the address before /invocations or /v2.'),
  protocol: z.enum(HTTP_PROTOCOLS).describe('How it is asked.'),
  model: z.string().min(1).max(200).optional().describe('Name of the model on an Open Inference server.'),
  version: z.string().min(1).max(200).optional().describe('Its version there; default: what the server serves.'),
  input: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Open Inference: name of the one input [rows, features]; default: an input a feature.'),
  output: z.string().min(1).max(200).optional().describe('Open Inference: name of the output with the scores.'),
  tokenVariable: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)
    .optional()
    .describe('Environment variable whose value is sent as bearer token.'),
  batchRows: z.int().min(1).max(10_000).default(1000).describe('Most rows in one request. Rows.'),
  timeoutMs: z.int().min(10).max(600_000).default(30_000).describe('Longest wait for one answer. Milliseconds.'),
  retries: z.int().min(0).max(10).default(2).describe('How often a 502, 503 or 504 is asked again. Count.'),
  retryWaitMs: z
    .int()
    .min(1)
    .max(60_000)
    .default(250)
    .describe('Wait before the first repeat; doubled before each further one. Milliseconds.'),
})
export type HttpScorer = z.output<typeof HttpScorer>

export interface HttpDraft {
  readonly scorer: z.input<typeof HttpScorer>
  readonly task: Task
  readonly features: Schema
  /** The classes in the order of its numbers. Default: as in the task, so that one number is P(classes[1]). */
  readonly modelClasses?: readonly string[] | undefined
}

/**
 * An artifact that is an address: what answers there may change without us knowing.
 * @throws Fault CONFIG_INVALID when the address or an option is not allowed
 */
export function httpArtifact({ scorer, task, features, modelClasses }: HttpDraft): Uint8Array {
  const parsed = HttpScorer.safeParse(scorer)
  if (!parsed.success) throw new Fault('CONFIG_INVALID', `the HTTP scorer: ${z.prettifyError(parsed.error)}`)
  if (parsed.data.protocol === 'open-inference' && parsed.data.model === undefined) {
    throw new Fault('CONFIG_INVALID', 'the HTTP scorer: `model` must name the model on the Open Inference server')
  }
  const header = {
    learner: 'http',
    task,
    features,
    modelClasses: task.kind === 'regression' ? [] : (modelClasses ?? task.classes),
    givenRows: null,
    trainedRows: null,
  } as const
  // Keys by name: the same options are the same bytes.
  return encodeArtifact(header, new TextEncoder().encode(canonicalJson(parsed.data)))
}

/** @throws Fault ARTIFACT_CORRUPT when the payload is no address that may be asked */
export function httpScorerIn(payload: Uint8Array): HttpScorer {
  try {
    return HttpScorer.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)))
  } catch (error) {
    throw new Fault('ARTIFACT_CORRUPT', "the artifact's payload is not the address of an HTTP scorer", {}, error)
  }
}

function isAllowed(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, hash } = new URL(text)
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '' && hash === ''
}

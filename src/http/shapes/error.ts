import { z } from '@hono/zod-openapi'
import { FAULTS, type FaultCode } from '../../base/fault.ts'

const CODES = Object.keys(FAULTS) as [FaultCode, ...FaultCode[]]

/** The body of every refusal. */
export const ErrorBody = z
  .strictObject({
    error: z.strictObject({
      code: z.enum(CODES).describe('What kind of failure it is; stable.'),
      message: z.string().describe('What was wrong, the value given, and what is allowed.'),
      details: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('The same for programs, where there is more to say.'),
    }),
  })
  .openapi('Error')
export type ErrorBody = z.output<typeof ErrorBody>

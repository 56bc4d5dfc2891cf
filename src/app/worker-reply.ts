import { Fault, type FaultCode } from '../base/fault.ts'

/** What a worker sends back: an expected failure keeps its code, which an error loses between threads. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false
      readonly code: FaultCode
      readonly message: string
      readonly details: Record<string, unknown>
    }

/** In the worker: an expected failure as a value. Anything else is thrown as it is. */
export async function replied<T>(work: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { ok: false, code: error.code, message: error.message, details: { ...error.details } }
  }
}

/** Outside: the value, or the failure as it was. */
export function settled<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new Fault(reply.code, reply.message, reply.details)
  return reply.value
}

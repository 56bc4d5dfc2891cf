import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { z } from 'zod'
import { FAULTS, Fault, type FaultCode } from '../base/fault.ts'
import { withoutPlaces } from '../base/places.ts'
import type { ErrorBody } from './shapes/error.ts'

const MOST_ISSUES = 20

/** They tell of the server's own files. What a caller sent is never among their words. */
const OF_OUR_FILES: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'FILE_MISSING',
  'FILE_UNREADABLE',
  'ARTIFACT_CORRUPT',
  'STATE_UNREADABLE',
  'DATABASE_UNAVAILABLE',
  'DISK_FULL',
  'FOLDER_HELD',
])

/** An error as its body says it, and the status it goes with. */
export interface ErrorAnswer {
  readonly status: (typeof FAULTS)[FaultCode]['http']
  readonly body: ErrorBody
  /** The caller is not told all of it, or it is not the caller's doing and was not foreseen: it belongs into the log. */
  readonly isOurs: boolean
}

/**
 * What a caller is told of an error. A `Fault` speaks for itself; anything else is our own mistake, and its words stay
 * here.
 * @param toFault knows the errors of what stands below, such as a database that went away
 */
export function answerTo(error: unknown, toFault: (error: unknown) => Fault | null = () => null): ErrorAnswer {
  const fault = error instanceof Fault ? error : (faultOfFramework(error) ?? toFault(error))
  if (fault === null)
    return {
      status: 500,
      body: {
        error: { code: 'INTERNAL', message: 'something broke that should not have; the log of the server says what' },
      },
      isOurs: true,
    }
  const { code } = fault
  const { message, details } = OF_OUR_FILES.has(code) ? toldOutside(fault) : fault
  const hasDetails = Object.keys(details).length > 0
  const status = FAULTS[code].http
  const isOurs = status === 500 || message !== fault.message
  return { status, body: { error: { code, message, ...(hasDetails ? { details } : {}) } }, isOurs }
}

function toldOutside({ message, details }: Fault): Pick<Fault, 'message' | 'details'> {
  const told = Object.entries(details).map(([key, value]) => [
    key,
    typeof value === 'string' ? withoutPlaces(value) : value,
  ])
  return { message: withoutPlaces(message), details: Object.fromEntries(told) }
}

/** Hono's own refusals of a body or a type of content. */
function faultOfFramework(error: unknown): Fault | null {
  if (!(error instanceof HTTPException)) return null
  if (error.status === 415) return new Fault('UNSUPPORTED_MEDIA', 'this type of content is not read here')
  return error.status < 500 ? new Fault('USAGE', error.message) : null
}

/** What zod found, in sentences; refused with 400. */
export function refuseInvalid(
  found: { readonly target: string } & ({ success: true } | { success: false; error: z.ZodError }),
  _context: Context,
): undefined {
  if (found.success) return undefined
  throw invalidInput(found.target, found.error)
}

const PLACES: Readonly<Record<string, string>> = {
  json: 'the body',
  query: 'the query',
  param: 'the path',
  header: 'the headers',
}

/** @param target where it stood, as Hono names it: json, query, param, header */
export function invalidInput(target: string, error: z.ZodError): Fault {
  const place = PLACES[target] ?? target
  const issues = error.issues.slice(0, MOST_ISSUES).map(({ path, message }) => ({ path: path.join('.'), message }))
  const told = issues.map(({ path, message }) => `${path === '' ? place : `'${path}' in ${place}`}: ${message}`)
  const rest = error.issues.length - issues.length
  return new Fault('USAGE', `${told.join('; ')}${rest > 0 ? `; … and ${rest} more` : ''}`, { issues })
}

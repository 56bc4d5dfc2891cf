import type { Rng } from '../../src/base/rng.ts'
import { below, pick } from './document.ts'

/** Values that are of the wrong type, the wrong size, or no plain data; texts, for JSON.stringify would mend some. */
const ODD_JSON = [
  ...['null', 'true', '""', '[]', '{}', '-1', '0', '1.5', '1e400', '-0', '9007199254740993', '2147483648', 'NaN', '01'],
  ...['"\\ud800"', '"\\u0000"', '"a\\nb"', '"../../etc/passwd"', '"\u202e"', '"\' or 1=1 --"', "'a'"],
  ...['{"__proto__":{"a":1}}', '{"constructor":{}}', '{"a":1,"a":2}', '[[[[[[]]]]]]', '"1970-01-01T00:00:00Z"'],
  ...['"9999999-01-01"', '-8640000000000001', '8640000000000001', '1e-320', 'undefined', '[,]', '{"":""}'],
]
export const ODD_TEXT = [
  ...['', ' ', '%00', '%2e%2e', '..%2f..%2fetc%2fpasswd', '%ZZ', '%ff%fe', '-1', '0', '1e3', '0x10', '1.0', '+1'],
  ...['99999999999999999999', '2147483648', '9007199254740993', 'null', 'NaN', '__proto__', 'constructor', 'CHURN'],
  ...['%F0%9F%92%A9', "'", '%22%3Bdrop', '*', 'churn%20', 'churn/', '{model}', '%E2%80%AE', 'a;b', 'a,b', '[]'],
]

const long = (rng: Rng) => 'x'.repeat(pick(rng, [300, 3000, 70_000]))

export function oddJson(rng: Rng): string {
  const share = rng()
  if (share < 0.04) return `"${long(rng)}"`
  if (share < 0.08) {
    const depth = pick(rng, [40, 70, 3000, 100_000])
    return rng() < 0.5 ? '['.repeat(depth) + ']'.repeat(depth) : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  }
  if (share < 0.1) return `[${'0,'.repeat(20_000)}0]`
  if (share < 0.12) return `{${Array.from({ length: 3000 }, (_, at) => `"k${at}":${at}`).join(',')}}`
  return pick(rng, ODD_JSON)
}

export function oddText(rng: Rng): string {
  return rng() < 0.05 ? long(rng) : pick(rng, ODD_TEXT)
}

/** The JSON of a value in which one or more places hold something odd, are missing, or stand twice. */
export function oddBody(value: unknown, rng: Rng): string {
  const places: number = 1 + below(rng, 2)
  let text = JSON.stringify(value) ?? 'null'
  for (let done = 0; done < places; done++) {
    const spots = [
      ...text.matchAll(/"(?:[^"\\]|\\.)*"(?=\s*:)|"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*|true|false|null|[{}[\],]/g),
    ]
    if (spots.length === 0) return oddJson(rng)
    const spot = pick(rng, spots)
    const [before, after] = [text.slice(0, spot.index), text.slice(spot.index + spot[0].length)]
    const share = rng()
    if (share < 0.7) text = `${before}${oddJson(rng)}${after}`
    else if (share < 0.8) text = `${before}${after}`
    else if (share < 0.9) text = `${before}${spot[0]}${spot[0]}${after}`
    else text = `${text.slice(0, -1)},"surplus":${oddJson(rng)}}`
  }
  return text
}

/** Bytes that are no text, or not the ones that were meant: some turned, cut off, put in, said twice. */
export function oddBytes(bytes: Buffer, rng: Rng): Buffer {
  const at = below(rng, bytes.length + 1)
  const some = Buffer.from(Array.from({ length: 1 + below(rng, 12) }, () => below(rng, 256)))
  const broken = pick(rng, ['c3', 'ff', 'c080', 'eda080', 'f5808080', 'efbbbf', '00', 'fffe', 'e28080e2'])
  switch (below(rng, 5)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), some, bytes.subarray(at)])
    case 1:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(broken, 'hex'), bytes.subarray(at)])
    case 2:
      return bytes.subarray(0, at)
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(0, at), bytes.subarray(at)])
    default: {
      const turned = Buffer.from(bytes)
      for (let done = 0; done < 1 + below(rng, 6) && turned.length > 0; done++) {
        const place = below(rng, turned.length)
        turned[place] = (turned[place] ?? 0) ^ (1 << below(rng, 8))
      }
      return turned
    }
  }
}

export const ODD_TYPES = [
  ...['', ';;;', 'text/plain', 'application/xml', 'multipart/form-data', 'application/json; charset=utf-16'],
  ...[
    'application/x-www-form-urlencoded',
    'application/problem+json',
    'application/json, text/html',
    'APPLICATION/JSON',
  ],
  ...[
    'application/octet-stream',
    'application/x-ndjson',
    'application/cloudevents+json',
    'a/b/c',
    `application/${'j'.repeat(900)}`,
  ],
]

/** Header lines that are wrong, or that ask for what nobody offers. They leave the framing as it is. */
export const ODD_HEADERS = [
  ...[
    'x-request-id: \u00e4\u00ff',
    'expect: 100-continue',
    'expect: the-worst',
    'last-event-id: x',
    'accept: */*;q=zzz',
  ],
  ...[
    'content-encoding: gzip',
    'content-encoding: br',
    'content-encoding: gzip, gzip',
    'range: bytes=0-',
    'te: trailers',
  ],
  ...['host: evil.example', 'host:', 'origin: http://evil.example', 'sec-fetch-site: cross-site', 'upgrade: websocket'],
  ...['authorization: Bearer kf_x_y', 'authorization: Basic Og==', 'authorization: Bearer', 'if-none-match: *'],
  ...[
    `cookie: ${'a=b; '.repeat(900)}`,
    `x-long: ${'y'.repeat(20_000)}`,
    'forwarded: for=1',
    'x-http-method-override: PUT',
  ],
  ...[
    'ce-id: 1',
    'ce-specversion: 9',
    'ce-type: keepfit.prediction',
    'accept-encoding: \u0001',
    'no colon here',
    ': none',
  ],
  Array.from({ length: 130 }, (_, at) => `x-${at}: ${at}`).join('\r\n'),
]
export const ODD_METHODS = [
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'HEAD',
  'TRACE',
  'PROPFIND',
  'get',
  'QUERY',
  'BREW',
  'PURGE',
]

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventLines } from './event-bodies.ts'
import { readEvent } from './event-reader.ts'
import { EventBody } from './events.ts'

const OK = { id: 'a', type: 'prediction', model: 'm', time: 1000 }
const LABEL = { id: 'l', type: 'label', model: 'm', time: 1000, predictionId: 'a', label: 1 }
const TIME = "'time' must be an ISO 8601 time such as 2026-01-31T09:30:00Z, or whole milliseconds since 1970 UTC; got "
const MODEL = "'model' must be a name of a-z, 0-9, dot, dash and underscore, at most 64 characters; got "
const ID = "'id' must be a text of 1 to 200 characters without control characters; got "
const CELL = ' must be a number, a text, true, false or null; got '
const SCORE = "'score' must be a number, a list of numbers, or an object of numbers by class; got "
const VERSION = "'version' must be a whole number from 1 to 2147483647; got "

const BAD: readonly (readonly [unknown, string])[] = [
  [5, 'an event must be a JSON object; got 5'],
  [null, 'an event must be a JSON object; got null'],
  [[OK], `an event must be a JSON object; got [{"id":"a","type":"prediction","model":"m","time":1000}]`],
  [{}, "'type' must be one of prediction, label, feedback; got nothing"],
  [{ ...OK, type: 'Prediction' }, `'type' must be one of prediction, label, feedback; got "Prediction"`],
  [{ ...OK, type: 'toString' }, `'type' must be one of prediction, label, feedback; got "toString"`],
  [
    { ...OK, extra: 1 },
    "a prediction has no 'extra'; it has id, type, model, time, predictionId, features, score, version",
  ],
  [
    { ...OK, label: 1 },
    "a prediction has no 'label'; it has id, type, model, time, predictionId, features, score, version",
  ],
  [{ ...LABEL, score: 1 }, "a label has no 'score'; it has id, type, model, time, predictionId, label"],
  [{ ...OK, id: undefined }, `${ID}nothing`],
  [{ ...OK, id: '' }, `${ID}""`],
  [{ ...OK, id: 7 }, `${ID}7`],
  [{ ...OK, id: 'a\u0000b' }, `${ID}"a\\u0000b"`],
  [{ ...OK, id: '\ud800' }, `${ID}"\\ud800"`],
  [{ ...OK, id: 'x'.repeat(201) }, `${ID}"${'x'.repeat(59)}…`],
  [{ ...OK, model: '../m' }, `${MODEL}"../m"`],
  [{ ...OK, model: 'M' }, `${MODEL}"M"`],
  [{ ...OK, model: 'x'.repeat(65) }, `${MODEL}"${'x'.repeat(59)}…`],
  [{ ...OK, model: undefined }, `${MODEL}nothing`],
  [{ ...OK, time: undefined }, `${TIME}nothing`],
  [{ ...OK, time: 1.5 }, `${TIME}1.5`],
  [{ ...OK, time: 1e18 }, `${TIME}1000000000000000000`],
  [{ ...OK, time: 'yesterday' }, `${TIME}"yesterday"`],
  [{ ...OK, time: '2026-02-29T00:00:00Z' }, `${TIME}"2026-02-29T00:00:00Z"`],
  [{ ...OK, time: '2026-01-01T25:00:00Z' }, `${TIME}"2026-01-01T25:00:00Z"`],
  [{ ...OK, time: '1000' }, `${TIME}"1000"`],
  [{ ...OK, features: [1] }, "'features' must be an object of names and values; got [1]"],
  [{ ...OK, features: { a: { b: 1 } } }, `feature 'a'${CELL}{"b":1}`],
  [{ ...OK, features: { a: [1] } }, `feature 'a'${CELL}[1]`],
  [{ ...OK, features: { '': 1 } }, 'the name of a feature must have 1 to 500 characters; got 0'],
  [{ ...OK, score: 'high' }, `${SCORE}"high"`],
  [{ ...OK, score: [] }, `${SCORE}[]`],
  [{ ...OK, score: {} }, `${SCORE}{}`],
  [{ ...OK, score: [0.5, Number.POSITIVE_INFINITY] }, `${SCORE}[0.5,null]`],
  [{ ...OK, score: JSON.parse('1e999') }, `${SCORE}a number beyond 1.8e308`],
  [{ ...OK, features: { a: JSON.parse('-1e999') } }, `feature 'a'${CELL}a number beyond 1.8e308`],
  [{ ...LABEL, label: JSON.parse('1e999') }, `'label'${CELL}a number beyond 1.8e308`],
  [{ ...OK, score: [0.1, null] }, `${SCORE}[0.1,null]`],
  [{ ...OK, version: 0 }, `${VERSION}0`],
  [{ ...OK, version: '1' }, `${VERSION}"1"`],
  [{ ...OK, version: 2 ** 31 }, `${VERSION}2147483648`],
  [
    { ...LABEL, predictionId: undefined },
    "'predictionId' must be a text of 1 to 200 characters without control characters; got null",
  ],
  [
    { id: 'l', type: 'label', model: 'm', time: 1, predictionId: 'a' },
    "'label' must be a number, a text, true, false, or null to take one back; got nothing",
  ],
  [{ ...LABEL, label: [1] }, `'label'${CELL}[1]`],
  [{ id: 'f', type: 'feedback', model: 'm', time: 1, body: 'x' }, `'body' must be an object; got "x"`],
]

describe('readEvent', () => {
  it.each(BAD)('refuses %j, and so does the schema of the documentation', (value, message) => {
    expect(() => readEvent(value)).toThrow(expect.objectContaining({ code: 'USAGE', message }))
    expect(EventBody.safeParse(value).success).toBe(false)
  })

  it('reads a prediction with everything, and one with nothing but what it must have', () => {
    const rest = { predictionId: 'p', features: { a: 1, b: 'x', c: null, d: false }, score: [0.1, 0.9], version: 3 }
    expect(readEvent({ ...OK, ...rest })).toEqual({ ...OK, ...rest })
    expect(readEvent(OK)).toEqual({ ...OK, predictionId: 'a', features: {}, score: null, version: null })
  })

  it('reads labels, taken back or not, and feedback', () => {
    expect(readEvent(LABEL)).toEqual(LABEL)
    expect(readEvent({ ...LABEL, label: null })).toEqual({ ...LABEL, label: null })
    expect(readEvent({ ...OK, type: 'feedback', body: { stars: { of: 5 } } })).toEqual({
      ...OK,
      type: 'feedback',
      predictionId: null,
      body: { stars: { of: 5 } },
    })
    const opinion = readEvent({ ...OK, type: 'feedback', label: 'no', body: { by: 'ann' } })
    expect(opinion).toMatchObject({ body: { by: 'ann', label: 'no' } })
    expect(opinion).not.toHaveProperty('label')
  })

  it.each([
    ['1970-01-01T00:00:01Z', 1000],
    ['1970-01-01T01:00:01+01:00', 1000],
    ['1970-01-01T00:00:01', 1000],
    ['1970-01-01T00:00:01.9999Z', 1999],
    ['1970-01-02', 86_400_000],
    [-5, -5],
  ])('reads the time %s', (time, ms) => {
    expect(readEvent({ ...OK, time }).time).toBe(ms)
  })

  it('takes what the schema of the documentation takes, and nothing else', () => {
    const some = (good: fc.Arbitrary<unknown>) => fc.oneof({ weight: 4, arbitrary: good }, fc.anything())
    const cell = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    )
    const id = fc.string({ minLength: 1, maxLength: 210 })
    const common = { id: some(id), model: some(fc.constantFrom('m', 'M', 'a.b')), time: some(fc.integer()) }
    const optional = { requiredKeys: ['type' as const] }
    const events = fc.oneof(
      fc.record(
        {
          ...common,
          type: fc.constant('prediction'),
          predictionId: some(id),
          features: some(fc.dictionary(fc.string({ minLength: 1 }), cell)),
          score: some(fc.oneof(fc.double(), fc.array(fc.double()), fc.dictionary(fc.string(), fc.double()))),
          version: some(fc.integer({ min: -1, max: 3 })),
        },
        optional,
      ),
      fc.record({ ...common, type: fc.constant('label'), predictionId: some(id), label: some(cell) }, optional),
      fc.record(
        {
          ...common,
          type: fc.constant('feedback'),
          predictionId: some(id),
          label: some(cell),
          body: some(fc.object()),
        },
        optional,
      ),
    )
    let taken = 0
    fc.assert(
      fc.property(events, (drawn) => {
        const text = JSON.stringify(drawn)
        fc.pre(text !== undefined && !text.includes('__proto__'))
        const value: unknown = JSON.parse(text)
        let isRead = true
        try {
          readEvent(value)
        } catch {
          isRead = false
        }
        taken += Number(isRead)
        expect(EventBody.safeParse(value).success).toBe(isRead)
      }),
      {
        numRuns: 2000,
        examples: [[{ ...OK, type: 'prediction', score: {} }], [{ ...OK, type: 'prediction', score: { a: 1 } }]],
      },
    )
    expect(taken).toBeGreaterThan(50)
  })
})

describe('eventLines', () => {
  const read = (type: string, text: string) => [...eventLines(type, text)]
  const messages = (type: string, text: string) => read(type, text).map(({ line, message }) => [line, message])

  it('reads lines, whatever ends them, and leaves empty ones out', () => {
    const text = `${JSON.stringify(OK)}\r\n\n  \n${JSON.stringify(LABEL)}`
    expect(messages('application/x-ndjson', text)).toEqual([
      [1, null],
      [4, null],
    ])
  })

  it('tells the lines that are wrong from the others', () => {
    const text = `{"id":\n${JSON.stringify(OK)}\n${JSON.stringify({ ...OK, time: 'x' })}\n{"__proto__":{}}\n`
    expect(messages('application/x-ndjson', text)).toEqual([
      [1, expect.stringMatching(/^it is no JSON: /)],
      [2, null],
      [3, `${TIME}"x"`],
      [4, "the key '__proto__' is refused"],
    ])
  })

  it('refuses a key that reaches into prototypes wherever it stands, also when it is escaped', () => {
    for (const key of ['__proto__', '\\u005f_proto__']) {
      const text = `{"id":"a","type":"prediction","model":"m","time":1,"features":{"${key}":1}}`
      expect(messages('application/x-ndjson', text)).toEqual([[1, "the key '__proto__' is refused"]])
    }
  })

  it('reads one event or a list of them as JSON', () => {
    expect(messages('application/json', JSON.stringify(OK))).toEqual([[1, null]])
    expect(messages('application/json', JSON.stringify([OK, 5, LABEL]))).toEqual([
      [1, null],
      [2, 'an event must be a JSON object; got 5'],
      [3, null],
    ])
  })

  it('reads CloudEvents', () => {
    const { id, time } = OK
    const one = {
      specversion: '1.0',
      id,
      source: '/s',
      type: 'keepfit.prediction',
      time,
      data: { model: 'm', score: 1 },
    }
    const expected = { ...OK, predictionId: 'a', features: {}, score: 1, version: null }
    expect(read('application/cloudevents+json', JSON.stringify(one))[0]?.event).toEqual(expected)
    const bySubject = { ...one, subject: 'm', data: { score: 1 } }
    expect(read('application/cloudevents-batch+json', JSON.stringify([one, bySubject]))[1]?.event).toEqual(expected)
  })

  it.each([
    [{ specversion: '0.3' }, `'specversion' of a CloudEvent must be "1.0"; got "0.3"`],
    [{ source: '' }, "a CloudEvent must have a 'source'"],
    [
      { type: 'prediction' },
      `'type' of a CloudEvent must be keepfit.prediction, keepfit.label or keepfit.feedback; got "prediction"`,
    ],
    [{ type: 'keepfit.guess' }, `'type' must be one of prediction, label, feedback; got "guess"`],
    [{ data: 'x' }, "'data' of a CloudEvent must be a JSON object"],
    [{ data: { id: 'b' } }, "'id' stands in the CloudEvent itself, not in its data"],
  ])('refuses the CloudEvent with %j', (change, message) => {
    const one = {
      specversion: '1.0',
      id: 'a',
      source: '/s',
      type: 'keepfit.prediction',
      time: 1,
      subject: 'm',
      data: {},
    }
    const text = JSON.stringify({ ...one, ...change })
    expect(messages('application/cloudevents+json', text)).toEqual([[1, message]])
  })
})

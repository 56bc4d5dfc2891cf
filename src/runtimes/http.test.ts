import { afterEach, describe, expect, test } from 'vitest'
import { boolean, categorical, numeric } from '../../test/support/forests.ts'
import { closeServices, faultOf, NUMBERS, scored, serving, type Wish } from '../../test/support/http-scored.ts'
import { type Column, frame, schemaOf } from '../data/frame.ts'
import type { Task } from '../data/schema.ts'
import { decodeArtifact } from '../models/artifact.ts'
import { adoptHttp } from './adopt.ts'
import { type HttpDraft, httpArtifact } from './http-scorer.ts'

const PAIR: Task = { kind: 'binary', classes: ['no', 'yes'] }
const THREE: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] }
const VALUE: Task = { kind: 'regression' }
const since: Column = {
  kind: 'time',
  name: 'since',
  values: Float64Array.from([Date.UTC(2026, 0, 31), Number.NaN]),
  missing: Uint8Array.from([0, 1]),
}
const ROWS = frame([
  numeric('age', [41.5, null]),
  categorical('city', ['Bern', null]),
  boolean('member', [true, null]),
  since,
])

afterEach(closeServices)

describe('a scorer of plain JSON', () => {
  test('is sent rows as objects, by kind, with null for what is missing', async () => {
    const service = await serving(() => ({ scores: [0.25, 1] }))
    expect(await scored(service.url, { rows: ROWS })).toEqual([0.25, 1])
    expect(service.heard[0]).toMatchObject({
      path: '/',
      body: {
        rows: [
          { age: 41.5, city: 'Bern', member: true, since: '2026-01-31T00:00:00.000Z' },
          { age: null, city: null, member: null, since: null },
        ],
      },
    })
    expect(service.heard[0]?.headers['content-type']).toBe('application/json')
    expect(service.heard[0]?.headers.authorization).toBeUndefined()
  })

  test('is asked in batches, whose answers come together in order', async () => {
    const service = await serving(({ body }) => ({
      scores: (body as { rows: { x: number }[] }).rows.map(({ x }) => x / 10),
    }))
    expect(await scored(service.url, { scorer: { batchRows: 2 } })).toEqual([0.1, 0.2, 0.3, 0.4, 0.5])
    expect(service.heard.map(({ body }) => (body as { rows: unknown[] }).rows.length)).toEqual([2, 2, 1])
    const { rows } = service.heard[0]!.body as { rows: object[] }
    // An infinite number has no JSON either.
    expect(rows.map((row) => Object.entries(row).at(-1))).toEqual([
      ['__proto__', 5],
      ['__proto__', null],
    ])
  })

  test('may answer one number, a number a class, numbers by class, or the name of a class', async () => {
    const rows = frame([numeric('x', [1, 2])])
    const cases: [Wish, unknown[], number[]][] = [
      [{ modelClasses: ['yes', 'no'] }, [0.25, 1], [0.75, 0]],
      [
        {},
        [
          [0.25, 0.75],
          [1, 0],
        ],
        [0.75, 0],
      ],
      [
        {},
        [
          { no: 0.25, yes: 0.75 },
          { yes: 0, no: 1 },
        ],
        [0.75, 0],
      ],
      [{}, ['yes', 'no'], [1, 0]],
      [{ task: { kind: 'binary', classes: ['false', 'true'] } }, [true, false], [1, 0]],
      [
        { task: THREE, modelClasses: ['c', 'a'] },
        [
          [0.25, 0.75],
          [1, 0],
        ],
        [0.75, 0, 0.25, 0, 0, 1],
      ],
      [{ task: { kind: 'multiclass', classes: ['0', '5', '9'] } }, [5, 9], [0, 1, 0, 0, 0, 1]],
      [{ task: VALUE }, [-7.5, 1e6], [-7.5, 1e6]],
    ]
    for (const [wish, scores, wanted] of cases) {
      const service = await serving(() => ({ scores }))
      expect(await scored(service.url, { ...wish, rows }), JSON.stringify(scores)).toEqual(wanted)
    }
  })

  test('sends a token from the environment, and never tells it', async () => {
    const secret = 'planted-secret-7'
    const echo = await serving(({ headers }, response) => {
      response.statusCode = 401
      return `"${headers.authorization} is wrong"`
    })
    const wish = { scorer: { tokenVariable: 'SCORER_TOKEN' }, world: { environment: { SCORER_TOKEN: secret } } }
    await expect(scored(echo.url, wish)).rejects.toMatchObject(faultOf('SCORING_FAILED', /Bearer \(token\) is wrong/))
    expect(echo.heard[0]?.headers.authorization).toBe(`Bearer ${secret}`)
    const broken = { ...wish, world: { environment: { SCORER_TOKEN: `${secret}\n${secret}` } } }
    await expect(scored(echo.url, broken)).rejects.toMatchObject(
      faultOf('CONFIG_INVALID', /^(?!.*planted)the environment variable SCORER_TOKEN.*printable ASCII/),
    )
    const without = scored(echo.url, { scorer: { tokenVariable: 'SCORER_TOKEN' } })
    await expect(without).rejects.toMatchObject(faultOf('CONFIG_INVALID', /SCORER_TOKEN/))
  })
})

describe('an MLflow scoring server', () => {
  test('is sent a split data frame at /invocations, and answers predictions', async () => {
    const service = await serving(() => ({
      predictions: [
        [0.9, 0.1],
        [0.2, 0.8],
      ],
    }))
    for (const path of ['', '/', '/invocations', '/sub/']) {
      expect(await scored(`${service.url}${path}`, { rows: ROWS, scorer: { protocol: 'mlflow' } })).toEqual([0.1, 0.8])
    }
    expect(service.heard.map(({ path }) => path)).toEqual([
      '/invocations',
      '/invocations',
      '/invocations',
      '/sub/invocations',
    ])
    expect(service.heard[0]?.body).toEqual({
      dataframe_split: {
        columns: ['age', 'city', 'member', 'since'],
        data: [
          [41.5, 'Bern', true, '2026-01-31T00:00:00.000Z'],
          [null, null, null, null],
        ],
      },
    })
  })
})

describe('a server of the Open Inference Protocol', () => {
  const protocol = { protocol: 'open-inference', model: 'churn model' } as const
  const whole = frame([
    numeric('age', [41.5, null]),
    categorical('city', ['Bern', null]),
    boolean('member', [true, false]),
  ])
  const output = (name: string, shape: number[], data: unknown[]) => ({ name, shape, datatype: 'FP64', data })

  test('is sent an input a feature, and answers an output of numbers, flat or nested', async () => {
    const answers = [
      [output('p', [2], [0.1, 0.8])],
      [output('p', [2, 1], [[0.1], [0.8]])],
      [output('p', [2, 2], [0.9, 0.1, 0.2, 0.8])],
      [
        output('label', [2], ['no', 'yes']),
        output(
          'probabilities',
          [2, 2],
          [
            [0.9, 0.1],
            [0.2, 0.8],
          ],
        ),
      ],
    ]
    for (const outputs of answers) {
      const service = await serving(() => ({ model_name: 'churn model', id: '1', outputs }))
      expect(await scored(`${service.url}/served`, { rows: whole, scorer: protocol })).toEqual([0.1, 0.8])
      expect(service.heard[0]).toMatchObject({
        path: '/served/v2/models/churn%20model/infer',
        body: {
          inputs: [
            { name: 'age', shape: [2, 1], datatype: 'FP64', data: [41.5, null] },
            { name: 'city', shape: [2, 1], datatype: 'BYTES', data: ['Bern', ''] },
            { name: 'member', shape: [2, 1], datatype: 'BOOL', data: [true, false] },
          ],
        },
      })
    }
  })

  test('may take one tensor, and a version of the model', async () => {
    const service = await serving(() => ({
      outputs: [output('a', [5], [1, 1, 1, 1, 1]), output('b', [5], [0, 0, 0, 0, 1])],
    }))
    const scorer = { ...protocol, version: '7', input: 'input-0', output: 'b' }
    expect(await scored(service.url, { scorer })).toEqual([0, 0, 0, 0, 1])
    expect(service.heard[0]).toMatchObject({
      path: '/v2/models/churn%20model/versions/7/infer',
      body: { inputs: [{ name: 'input-0', shape: [5, 2], datatype: 'FP64', data: [1, 5, 2, null, 3, 3, 4, 2, 5, 1] }] },
    })
    const unnamed = scored(service.url, { scorer: protocol })
    await expect(unnamed).rejects.toMatchObject(faultOf('SCORING_FAILED', /'a', 'b'; say which/))
    const stranger = scored(service.url, { scorer: { ...protocol, output: 'c' } })
    await expect(stranger).rejects.toMatchObject(faultOf('SCORING_FAILED', /no output 'c'/))
  })

  test('cannot be told of a missing truth value or time, nor be given a text in a tensor', async () => {
    const service = await serving(() => ({ outputs: [output('p', [2], [0, 0])] }))
    await expect(scored(service.url, { rows: ROWS, scorer: protocol })).rejects.toMatchObject(
      faultOf('DATA_INVALID', /'member' is missing in row 1.*no BOOL/),
    )
    await expect(scored(service.url, { rows: whole, scorer: { ...protocol, input: 'x' } })).rejects.toMatchObject(
      faultOf('DATA_INVALID', /'city' is a text/),
    )
    expect(service.heard).toEqual([])
  })
})

test('a service is adopted only when it scores a sample', async () => {
  const good = await serving(({ body }) => ({ scores: (body as { rows: unknown[] }).rows.map(() => 0.5) }))
  const bad = await serving(() => ({ scores: [] }))
  const sample = frame([
    numeric(
      'x',
      Array.from({ length: 300 }, (_, i) => i),
    ),
  ])
  const draft = ({ url }: { url: string }): HttpDraft => ({
    scorer: { url, protocol: 'plain-json' },
    task: PAIR,
    features: schemaOf(sample),
  })
  const { header } = decodeArtifact(await adoptHttp(draft(good), sample, {}))
  expect(header).toMatchObject({ learner: 'http', modelClasses: ['no', 'yes'], givenRows: null })
  expect((good.heard[0]!.body as { rows: unknown[] }).rows).toHaveLength(100)
  await expect(adoptHttp(draft(bad), sample, {})).rejects.toMatchObject({ code: 'SCORING_FAILED' })
})

describe('the address of an HTTP scorer', () => {
  const draft = (scorer: object): HttpDraft => ({
    scorer: { url: 'http://127.0.0.1:1', protocol: 'plain-json', ...scorer },
    task: PAIR,
    features: schemaOf(NUMBERS),
  })

  test('gives the same artifact whatever the order of its options, and names no secret', () => {
    const one = httpArtifact(draft({ tokenVariable: 'T', batchRows: 7 }))
    expect(httpArtifact(draft({ batchRows: 7, tokenVariable: 'T' }))).toEqual(one)
    expect(httpArtifact(draft({ batchRows: 8, tokenVariable: 'T' }))).not.toEqual(one)
  })

  test.each([
    [{ url: 'ftp://127.0.0.1/x' }, /http or https/],
    [{ url: 'mailto:model' }, /http or https/],
    [{ url: 'http://user:secret@127.0.0.1' }, /without user, password/],
    [{ url: 'nonsense' }, /http or https/],
    [{ protocol: 'grpc' }, /protocol/],
    [{ protocol: 'open-inference' }, /`model` must name/],
    [{ batchRows: 0 }, /batchRows/],
    [{ timeoutMs: 1e9 }, /timeoutMs/],
    [{ retires: 1 }, /retires/],
  ])('is refused as %j', (scorer, message) => {
    expect(() => httpArtifact(draft(scorer))).toThrow(message)
  })
})

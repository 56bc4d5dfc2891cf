import { describe, expect, it } from 'vitest'
import { eventsStage as stage } from '../../../test/support/events-stage.ts'

/** As KServe's agent sends it: binary mode, its extensions as headers, the body as it came. */
const agent = (side: 'request' | 'response', more: Record<string, string> = {}) => ({
  'ce-specversion': '1.0',
  'ce-id': '36b2ff49-0f2e-4a30-9c43-0d8f0e4b3f6c',
  'ce-type': `org.kubeflow.serving.inference.${side}`,
  'ce-source': 'http://localhost:9081/',
  'ce-time': '2026-01-31T09:30:00.123456789Z',
  'ce-recordedtime': '2026-01-31T09:30:00.133456789Z',
  'ce-inferenceservicename': 'sklearn-iris',
  'ce-namespace': 'default',
  'ce-component': 'predictor',
  'ce-endpoint': '',
  'ce-metadata': '%7B%7D',
  ...more,
})

describe("what KServe's logger sends", () => {
  it('is taken as halves, binary or structured, with the model that its service serves', async () => {
    const { post, halves, stored } = stage()
    const request = await post('{"instances":[{"a":1,"b":"x"}]}', 'application/json', agent('request'))
    expect(request).toEqual({ status: 200, body: { accepted: 1, repeated: 0, newestSeq: 9 } })
    const { 'ce-id': id, 'ce-type': type, ...rest } = agent('response')
    const data = { predictions: [0.25] }
    const structured = { specversion: '1.0', id, type, source: rest['ce-source'], time: rest['ce-time'], data }
    const text = JSON.stringify({ ...structured, inferenceservicename: '"sklearn-iris"' })
    expect((await post(text, 'application/cloudevents+json')).status).toBe(200)
    const base = { id, model: 'm', time: Date.UTC(2026, 0, 31, 9, 30, 0, 123) }
    expect(halves).toEqual([
      { ...base, side: 'request', rows: [{ a: 1, b: 'x' }] },
      { ...base, side: 'response', rows: [0.25] },
    ])
    expect(stored).toEqual([])
    expect((await post(text, 'application/cloudevents+json')).body).toMatchObject({ accepted: 0, repeated: 1 })
  })

  it('may come in a batch with other events, each with its own outcome', async () => {
    const { post, halves, stored } = stage()
    const half = (id: string, more: object = {}) => ({
      specversion: '1.0',
      id,
      source: '/s',
      type: 'org.kubeflow.serving.inference.response',
      time: 1,
      inferenceservicename: 'x',
      data_base64: Buffer.from('{"predictions":[1]}').toString('base64'),
      ...more,
    })
    const plain = { ...half('p'), type: 'keepfit.prediction', subject: 'm', data: {} }
    const body = [half('taken'), half('odd'), half('ok'), plain, half('lost', { inferenceservicename: 'nobody' })]
    const said = await post(JSON.stringify(body), 'application/cloudevents-batch+json')
    expect(said).toMatchObject({
      status: 400,
      body: {
        error: {
          details: {
            accepted: 2,
            refused: [{ line: 2, message: 'the rows differ' }],
            conflicts: [{ line: 1, id: 'taken' }],
            unknown: [{ line: 5, model: 'nobody' }],
          },
        },
      },
    })
    expect(halves).toMatchObject([{ id: 'ok', rows: [1] }])
    expect(stored).toMatchObject([{ id: 'p' }])
  })

  it.each([
    ['lists without names', '{"instances":[[1,2]]}', {}, 'instance 0 is a list of 2 values without names; say in'],
    ['lists of another length', '{"instances":[[1]]}', { 'ce-inferenceservicename': 'listed' }, 'names 2 features'],
    ['no service', '{"instances":[{"a":1}]}', { 'ce-inferenceservicename': '' }, "must say its 'inferenceservicename'"],
    ['no row', '{"instances":[]}', {}, 'has no row'],
    ['a feature that is a list', '{"instances":[{"a":[1]}]}', {}, "feature 'a' must be a number"],
    ['neither v1 nor v2', '{"rows":[]}', {}, "must have a list 'instances' (v1) or 'inputs' (v2)"],
    ['no time', '{"instances":[{"a":1}]}', { 'ce-time': 'soon' }, "'time' must be an ISO 8601 time"],
  ])('is refused with a sentence: %s', async (_, body, headers, message) => {
    const { post, halves } = stage()
    const said = await post(body, 'application/json', agent('request', headers))
    expect(said).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining(message) } } })
    expect(halves).toEqual([])
  })
})

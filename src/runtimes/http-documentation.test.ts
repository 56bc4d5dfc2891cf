import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { boolean, categorical, numeric } from '../../test/support/forests.ts'
import { closeServices, scored, serving } from '../../test/support/http-scored.ts'
import { type Column, frame } from '../data/frame.ts'
import { HTTP_PROTOCOLS } from './http-scorer.ts'

const PAGE = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8')
const since: Column = {
  kind: 'time',
  name: 'since',
  values: Float64Array.from([Date.UTC(2026, 0, 31), Number.NaN]),
  missing: Uint8Array.from([0, 1]),
}
const [age, city] = [numeric('age', [41.5, null]), categorical('city', ['Bern', null])]
const WHOLE = frame([age, city, boolean('member', [true, null]), since])

afterEach(closeServices)

test.each(HTTP_PROTOCOLS)('%s is asked and answers as docs/models.md says', async (protocol) => {
  const section = PAGE.split(/^#+ /m).find((text) => text.startsWith(`\`${protocol}\``)) ?? ''
  const [request, answer] = [...section.matchAll(/^```json\n(.*?)^```/gms)].map((found) => JSON.parse(found[1] ?? ''))
  const service = await serving(() => answer)
  const isInference = protocol === 'open-inference'
  const scores = await scored(service.url, {
    rows: isInference ? frame([age, city]) : WHOLE,
    scorer: { protocol, ...(isInference ? { model: 'churn' } : {}) },
  })
  expect(service.heard[0]?.body).toEqual(request)
  expect(scores).toEqual([0.25, 0.75])
})

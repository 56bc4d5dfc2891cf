import { expect, test } from 'vitest'
import { askGate, gateRows } from '../../test/support/gate-rows.ts'

const sized = (champion: number, challenger: number, maxBytes = 1000, maxRatio = 2) =>
  askGate(gateRows(0, { artifactBytes: { champion, challenger } }), { gate: 'artifact-size', maxBytes, maxRatio })

test('as many bytes as allowed pass, one more fails', () => {
  expect(sized(900, 1000)).toMatchObject({ outcome: 'pass', observed: 1000, limit: 1000 })
  expect(sized(900, 1001)).toMatchObject({ outcome: 'fail', because: expect.stringContaining('what is allowed') })
})

test('so does a multiple of the champion, where that is less', () => {
  expect(sized(300, 600)).toMatchObject({ outcome: 'pass', limit: 600 })
  expect(sized(300, 601)).toMatchObject({
    outcome: 'fail',
    because: expect.stringContaining("2 times the champion's 300"),
  })
})

test('sizes that nobody counted are no pass', () => {
  expect(askGate(gateRows(0), { gate: 'artifact-size' })).toMatchObject({ outcome: 'inconclusive' })
})

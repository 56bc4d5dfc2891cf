import { expect, test } from 'vitest'
import { joinHalves, type RequestHalf, type ResponseHalf } from './inference.ts'

const request = (...ages: number[]): RequestHalf => ({
  side: 'request',
  id: 'r',
  model: 'm',
  time: 5,
  rows: ages.map((age) => ({ age })),
})
const response = (...rows: number[]): ResponseHalf => ({ side: 'response', id: 'r', model: 'm', time: 9, rows })

test('rows of one request are told apart by their position from 0; a lone one has the id of the request', () => {
  const joined = joinHalves(response(0.1, 0.2), request(30, 40))
  expect(
    joined.map(({ id, predictionId, score, features, time }) => [id, predictionId, score, features, time]),
  ).toEqual([
    ['r:0', 'r:0', 0.1, { age: 30 }, 5],
    ['r:1', 'r:1', 0.2, { age: 40 }, 5],
  ])
  expect(joinHalves(request(30), response(0.1))[0]).toMatchObject({ id: 'r', score: 0.1 })
})

test('halves that do not belong together are refused with what is wrong', () => {
  expect(() => joinHalves(request(30), request(30))).toThrow("both halves of 'r' are of the side request")
  expect(() => joinHalves(request(30), response(1, 2))).toThrow("the request 'r' has 1 rows, its response 2")
})

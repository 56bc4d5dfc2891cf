import { expect, test } from 'vitest'
import { modelOfService } from './inference-models.ts'

const KNOWN = [
  { model: 'a', service: null, features: null },
  { model: 'b', service: 'churn', features: ['x'] },
  { model: 'c', service: 'prod/churn', features: null },
  { model: 'churn', service: 'else', features: null },
]

test.each([
  ['churn', 'prod', 'c'],
  ['churn', 'test', 'b'],
  ['churn', null, 'b'],
  ['else', null, 'churn'],
  ['a', 'any', 'a'],
  ['b', null, undefined],
  ['prod/churn', null, 'c'],
  ['nobody', 'prod', undefined],
])('the service %s in the namespace %s is that of the model %s', (service, namespace, model) => {
  expect(modelOfService(KNOWN, service, namespace)?.model).toBe(model)
})

import { expect, test } from 'vitest'
import { churn, complaintsAbout } from '../../../test/support/config-text.ts'

const AT = '5: models.churn.contract'

test.each<[string, string]>([
  ['[{ rule: null-spike, action: stop }]', `${AT}[0].action must be one of block, quarantine, pass; got 'stop'`],
  ['[{ rule: value-range, columns: { x: {} } }]', `${AT}[0].columns.x takes min, max, or both; got neither`],
  ['[{ rule: null-spike }, { rule: source-cap }]', `${AT}[1].column is missing; it must be text`],
  ['[{ rule: unique-values }]', `${AT}[0].columns is missing; it must be a list of 1 to 1000 entries`],
  [
    '[{ rule: column-kinds, columns: { x: number } }]',
    `${AT}[0].columns.x must be one of numeric, categorical, boolean, time, any; got 'number'`,
  ],
  ['[{ rule: row-volume, minRows: 3, maxRows: 2 }]', `${AT}[0].minRows must be <= maxRows, 2; got 3`],
  ['[]', `${AT} must be a list of 1 to 20 entries; got an empty list`],
])('contract: %s', (contract, complaint) => {
  expect(complaintsAbout(churn(`contract: ${contract}`))).toEqual([complaint])
})

test('a rule that there is not is answered with those that there are', () => {
  const [complaint] = complaintsAbout(churn('contract: [{ rule: duplicates }]'))
  expect(complaint).toContain(`${AT}[0]: no rule is called 'duplicates'; there are: column-kinds, value-range`)
})

test('what is neither a list nor off is told both', () => {
  expect(complaintsAbout(churn('contract: none'))[0]).toMatch(/contract must be .*off.*list.*; got 'none'/)
})

import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { churn, complaintsAbout } from '../../../test/support/config-text.ts'
import { detectors } from '../../detectors/catalog.ts'
import { ERROR_STREAM_DETECTORS } from '../../triggers/concept-drift.ts'
import { modelNamed, parseConfig } from './load.ts'

const CLOCK = 'goes by the clock and needs the key time; without one, give'

function accepted(...lines: string[]) {
  return modelNamed(parseConfig(churn(...lines), 'keepfit.yaml'))[1]
}

describe('triggers that go by the clock need time, at whatever depth', () => {
  test.each<[string, string, string]>([
    ['model-age', '{ trigger: model-age, olderThan: 30d }', `triggers[0].olderThan ${CLOCK} olderThanWindows`],
    [
      'a schedule inside',
      '{ trigger: all-of, of: [{ trigger: psi-drift }, { trigger: any-of, of: [{ trigger: ks-drift }, { trigger: schedule, cron: 0 3 * * 1 }] }] }',
      `triggers[0].of[1].of[1].cron ${CLOCK} everyWindows`,
    ],
  ])('%s', (_, trigger, complaint) => {
    expect(complaintsAbout(churn('triggers:', `  - ${trigger}`))).toEqual([`6: models.churn.${complaint}`])
    expect(accepted('time: day', 'triggers:', `  - ${trigger}`).triggers).toHaveLength(1)
  })

  test('and so do the limits', () => {
    expect(complaintsAbout(churn('cooldown: 12h', 'budget: { trainings: 2, per: 30d }'))).toEqual([
      `5: models.churn.cooldown ${CLOCK} cooldownWindows`,
      `6: models.churn.budget.per ${CLOCK} perWindows`,
    ])
    expect(accepted('time: day', 'cooldown: 12h', 'budget: { trainings: 2, per: 30d }')).toMatchObject({
      cooldown: '12h',
      budget: { trainings: 2, per: '30d' },
    })
  })
})

describe('a detector that a trigger names', () => {
  const sharing = (id: string) => churn('triggers:', '  - trigger: drifting-share', `    detector: ${id}`)

  test('must exist', () => {
    const [complaint] = complaintsAbout(sharing('wasserstien'))
    expect(complaint).toContain(
      '7: models.churn.triggers[0].detector must be a detector that alarms feature by feature: ',
    )
    expect(complaint).toContain('psi, ks')
    expect(complaint).toContain("got 'wasserstien'")
  })

  test('must be one that alarms feature by feature where their share counts', () => {
    for (const id of ['performance', 'domain-classifier', 'prediction-drift', 'correlation-change', 'cbpe'])
      expect(complaintsAbout(sharing(id))[0]).toContain(`got '${id}'`)
    for (const id of ['psi', 'ks', 'feature-drift', 'null-spike'])
      expect(() => parseConfig(sharing(id), 'keepfit.yaml')).not.toThrow()
  })

  test('is checked inside a combination', () => {
    const inner = '{ trigger: drifting-share, detector: nope }'
    const text = churn('triggers:', `  - { trigger: all-of, of: [{ trigger: psi-drift }, ${inner}] }`)
    expect(complaintsAbout(text)[0]).toContain('models.churn.triggers[0].of[1].detector must be a detector')
  })

  test('of the error stream is one of a list', () => {
    const text = churn('triggers:', '  - trigger: concept-drift', '    detector: adwim')
    expect(complaintsAbout(text)[0]).toContain('must be one of adwin, ddm, eddm, hddm-a, hddm-w')
    const files = readdirSync(new URL('../../detectors/error-stream', import.meta.url))
    const ids = files.flatMap((file) => (/^[\w-]+\.ts$/.test(file) ? file.replace('.ts', '') : []))
    expect(new Set<string>(ERROR_STREAM_DETECTORS)).toEqual(new Set(ids))
    for (const id of ERROR_STREAM_DETECTORS) expect(detectors.get(id).reads).toBe('labels')
    expect(accepted('triggers:', '  - trigger: concept-drift').triggers).toMatchObject([{ detector: 'adwin' }])
  })
})

describe('a combination', () => {
  test('with the same member twice is a slip of the pen', () => {
    const text = churn('triggers:', '  - { trigger: any-of, of: [{ trigger: psi-drift }, { trigger: psi-drift }] }')
    expect(complaintsAbout(text)).toEqual(['6: models.churn.triggers[0].of[1] repeats of[0]'])
  })

  test('of which hints alone could start a training is refused in a sentence', () => {
    const text = churn(
      'triggers:',
      '  - { trigger: any-of, of: [{ trigger: psi-drift }, { trigger: estimated-performance }] }',
    )
    expect(complaintsAbout(text)).toEqual([
      '6: models.churn.triggers[0] needs somebody who measures: estimated-performance only hints, and never starts a training without another trigger; put it into an all-of, or into an at-least whose count is greater than the number of hints in it',
    ])
  })

  test('that asks for more than it has says so at its count', () => {
    const text = churn(
      'triggers:',
      '  - trigger: at-least',
      '    count: 3',
      '    of: [{ trigger: psi-drift }, { trigger: ks-drift }]',
    )
    expect(complaintsAbout(text)).toEqual([
      '7: models.churn.triggers[0].count must be at most the number of triggers in of, 2; got 3',
    ])
  })

  test('that holds an unknown trigger names those that there are', () => {
    const text = churn('triggers:', '  - { trigger: any-of, of: [{ trigger: psi-drift }, { trigger: by-hand }] }')
    const [complaint] = complaintsAbout(text)
    expect(complaint).toContain(
      "models.churn.triggers[0].of[1]: no trigger is called 'by-hand'; there are: avoidable-loss",
    )
  })

  test('takes only metrics of the task', () => {
    const inner = '{ trigger: performance-floor, metric: rmse }'
    const text = churn('task: binary', 'triggers:', `  - { trigger: all-of, of: [{ trigger: psi-drift }, ${inner}] }`)
    expect(complaintsAbout(text)[0]).toContain('triggers[0].of[1].metric must be a metric for binary tasks')
  })
})

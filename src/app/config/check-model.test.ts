import { describe, expect, test } from 'vitest'
import { complaintsAbout } from '../../../test/support/config-text.ts'

describe('what the keys of a model must keep to together', () => {
  test.each<[string, string[], string]>([
    [
      'a delay in days needs windows by time',
      ['windows: { count: 30 }', 'label: { column: y, delay: 3d }'],
      'models.churn.label.delay needs windows by time (windows: { every: … }); for windows by rows give delayWindows',
    ],
    [
      'a delay is given once',
      ['label: { column: y, delay: 3d, delayWindows: 3 }'],
      'models.churn.label takes delay or delayWindows, not both',
    ],
    [
      'windows by time need a time',
      ['windows: { every: 1d }'],
      'models.churn.windows.every cuts by time and needs the key time',
    ],
    [
      'a schedule by the clock needs a time',
      ['triggers: [{ trigger: schedule, every: 7d }]'],
      'models.churn.triggers[0].every goes by the clock and needs the key time; without one, give everyWindows',
    ],
    [
      'a positive class needs two classes',
      ['task: regression', 'label: { column: y, positive: 1 }'],
      'models.churn.label.positive is for binary tasks; this one is regression',
    ],
    ['the label is no feature', ['features: [a, y]'], "models.churn.features[1] must not be the label; got 'y'"],
    [
      'the time is no feature',
      ['time: t', 'features: [t]'],
      "models.churn.features[0] must not be the time: a model would only learn how old a row is; got 't'",
    ],
    ['the time is not the label', ['time: y'], "models.churn.time must be another column than the label; got 'y'"],
    ['the id is not the label', ['id: y'], "models.churn.id must be another column than label and time; got 'y'"],
    [
      'features and ignore exclude each other',
      ['features: [a]', 'ignore: [b]'],
      'models.churn.ignore cannot stand beside features: what is not listed there is ignored already',
    ],
    [
      'gated needs a gate',
      ['gates: []'],
      'models.churn.gates must name at least one gate where deploy is gated; got an empty list',
    ],
    [
      'gated needs windows to judge on',
      ['holdOutWindows: 0'],
      'models.churn.holdOutWindows must be at least 1 where deploy is gated; got 0',
    ],
    [
      'gated avoidable loss needs probation',
      ['probationWindows: 0', 'triggers: [{ trigger: avoidable-loss }]'],
      'models.churn.probationWindows must be at least 1 where deploy is gated and avoidable loss may train; got 0',
    ],
    [
      'a trigger watches a metric of the task',
      ['task: regression', 'triggers: [{ trigger: performance-floor, metric: auc, floor: 1 }]'],
      "models.churn.triggers[0].metric must be a metric for regression tasks: mae, rmse, r2, mape; got 'auc'",
    ],
    [
      'a gate compares a metric of the task',
      ['task: regression', 'gates: [{ gate: metric-ratio, metric: f1 }]'],
      "models.churn.gates[0].metric must be a metric for regression tasks: mae, rmse, r2, mape; got 'f1'",
    ],
    [
      'a detector measures metrics of the task',
      ['task: regression', 'detectors: [{ detector: performance, metrics: [mae, auc] }]'],
      "models.churn.detectors[0].metrics[1] must be a metric for regression tasks: mae, rmse, r2, mape; got 'auc'",
    ],
    [
      'a detector is listed once',
      ['detectors: [{ detector: psi }, { detector: psi, threshold: 1 }]'],
      'models.churn.detectors[1] repeats detectors[0]',
    ],
    [
      'a rule is listed once',
      ['contract: [{ rule: null-spike }, { rule: null-spike, standardErrors: 1 }]'],
      'models.churn.contract[1] repeats contract[0]',
    ],
    [
      'a trigger is listed once as it is',
      ['triggers: [{ trigger: psi-drift }, { trigger: psi-drift, threshold: 0.2 }]'],
      'models.churn.triggers[1] repeats triggers[0]',
    ],
  ])('%s', (_, lines, complaint) => {
    const keys = lines.filter((line) => !line.startsWith('label'))
    const label = lines.find((line) => line.startsWith('label')) ?? 'label: { column: y }'
    const text = ['version: 1', 'models:', '  churn:', ...[label, ...keys].map((line) => `    ${line}`)].join('\n')
    expect(complaintsAbout(text).map((line) => line.replace(/^\d+: /, ''))).toEqual([complaint])
  })
})

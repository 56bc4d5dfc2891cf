import { describe, expect, test } from 'vitest'
import { madeUpFlights } from '../../../../test/support/made-up-flights.ts'
import { liveSettingsOf } from '../../config/live.ts'
import { parseConfig } from '../../config/load.ts'
import { flightPolicies } from '../policies.ts'
import { FEATURES, flightStream } from '../stream.ts'
import { flightsYaml, MODEL } from './flights-config.ts'

const DAY = 86_400_000
const flights = flightStream(madeUpFlights(3, 20), { incidents: [], warmupDays: 1, rollingDays: 2, seed: 1 })
const policy = flightPolicies().find(({ id }) => id === 'keepfit')!
const trainer = { trainer: 'ydf-gradient-boosting', maxRows: 1000 }

function read(isMisjoined: boolean) {
  const text = flightsYaml({ policy, flights, warmupDays: 32, trainer }, isMisjoined)
  const settings = parseConfig(text, 'keepfit.yaml').models.get(MODEL)!
  return { settings, live: liveSettingsOf(MODEL, settings, 1) }
}

describe('the configuration of the flights', () => {
  test('says what the policy says that is played in the backtest', () => {
    const { live } = read(false)
    expect(live.loop).toEqual({ ...policy.loop, trainer: live.loop.trainer })
    expect(live.contract).toEqual(policy.contract)
    expect(new Set(live.detectors.map((one) => JSON.stringify(one)))).toEqual(
      new Set(policy.detectors.map((one) => JSON.stringify(one))),
    )
    expect(read(false).settings.gates).toEqual(policy.gates)
  })

  test('cuts days, whose labels are known a day later', () => {
    const { live } = read(false)
    expect(live).toMatchObject({ everyMs: DAY, latenessMs: 0, warmupWindows: 32, labels: { delayMs: DAY } })
    expect(live.schema).toMatchObject({ kind: 'binary', positive: 'late', features: [...FEATURES] })
  })

  test('trains as the other policies do; the broken job is a command, and everything else stays', () => {
    const [right, wrong] = [read(false), read(true)]
    expect(right.settings.trainer).toMatchObject(trainer)
    expect(wrong.settings.trainer).toMatchObject({ trainer: 'command', hyperparameters: trainer })
    const { trainer: _right, ...others } = right.settings
    const { trainer: _wrong, ...same } = wrong.settings
    expect(same).toEqual(others)
  })
})

import { expect, test } from 'vitest'
import { BAD, loopConfig, loopLife } from '../../test/support/loop-life.ts'
import { Fault } from '../base/fault.ts'
import { readLoopState } from './saved-state.ts'
import { LOOP_STATE_VERSION } from './state.ts'

function saved(): Record<string, unknown> {
  const life = loopLife(loopConfig())
  life.matured(10, [BAD])
  return JSON.parse(JSON.stringify(life.state))
}

function complaint(state: unknown): string {
  try {
    readLoopState(state)
  } catch (error) {
    if (error instanceof Fault && error.code === 'STATE_UNREADABLE') return error.message
    throw error
  }
  return 'accepted'
}

test('what was saved is read back as it was', () => {
  const life = loopLife(loopConfig())
  life.matured(10, [BAD])
  expect(readLoopState(JSON.parse(JSON.stringify(life.state)))).toEqual(life.state)
})

test.each([1, LOOP_STATE_VERSION + 1, String(LOOP_STATE_VERSION), null])(
  'a state of version %j is refused, with the version that is read',
  (stateVersion) => {
    const message = complaint({ ...saved(), stateVersion })
    expect(message).toContain(`its stateVersion is ${stateVersion}; this Keepfit reads ${LOOP_STATE_VERSION}`)
  },
)

test('a state without a version, or without a part, is refused', () => {
  const { stateVersion: _version, ...versionless } = saved()
  expect(complaint(versionless)).toContain('its stateVersion is none')
  const { origins: _origins, trainings: _trainings, ...partial } = saved()
  expect(complaint(partial)).toContain('it lacks trainings, origins')
})

test.each([null, undefined, 7, 'text', [[]]])('%j is no state', (state) => {
  expect(complaint(state)).toContain('it must be a mapping')
})

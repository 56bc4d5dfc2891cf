import type { Plant } from './plant.ts'

const NEWEST_RUN = `number = (select max(number) from run where model = 'own')`
const ACTIVE_RUN = `insert into run (model, number, state, plan, policy, champion, because, actor, epoch, owner, heartbeat_at, deadline_at, queued_at)
  select model, number + 1, 'running', plan, policy, null, 'planted', actor, 1, 'x', `

/** One more run that is active. */
export function activeRun(heartbeat: string, deadline: string): string {
  return `${ACTIVE_RUN} ${heartbeat}, ${deadline}, queued_at from run where model = 'own' and ${NEWEST_RUN}`
}

export const FUTURE = '9e12::int8'

/** Of champions, runs, events and steps. */
export const PLANTS_OF_ROWS: readonly Plant[] = [
  {
    id: 'I1',
    name: 'two champions',
    sql: [
      'drop index one_champion',
      `insert into serving select model, number + 1, version, from_at, null, from_window, reason, null, actor, because
       from serving where model = 'own' and to_at is null`,
    ],
  },
  {
    id: 'I1',
    name: 'no champion any more',
    sql: [`update serving set to_at = from_at where model = 'own' and to_at is null`],
  },
  {
    id: 'I1',
    name: 'a gap in who served',
    sql: [`update serving set from_at = from_at + 1 where model = 'own' and number = 2`],
  },
  {
    id: 'I1',
    name: 'the loop believes in another champion',
    sql: [`update loop_state set state = jsonb_set(state, '{live,version}', '77') where model = 'own'`],
  },
  {
    id: 'I2',
    name: 'two active runs',
    sql: ['drop index one_active_run', activeRun(FUTURE, FUTURE), activeRun(FUTURE, FUTURE)],
  },
  { id: 'I3', name: 'an acknowledged event is gone', sql: [`delete from event where id = 'p1-1' and model = 'own'`] },
  {
    id: 'I3',
    name: 'an acknowledged event was changed',
    sql: [`update event set time = time + 1 where id = 'p1-1' and model = 'own'`],
  },
  {
    id: 'I3',
    name: 'an event is there twice',
    sql: [`insert into event select * from event where id = 'p1-1' and model = 'own'`],
  },
  {
    id: 'I3',
    name: 'an event with its id is gone',
    sql: [
      `delete from event where id = 'l1-1' and model = 'own'`,
      `delete from event_id where key = substring(sha256(convert_to(E'own\\nl1-1', 'UTF8')) for 16)`,
      `update stream set labels = labels - 1 where model = 'own'`,
    ],
  },
  {
    id: 'I3',
    name: 'an event that nobody sent',
    sql: [`update event set id = 'alien' where id = 'p1-1' and model = 'own'`],
  },
  {
    id: 'I4',
    name: 'a version of an older attempt',
    sql: [`update version set epoch = epoch - 1 where model = 'own' and run is not null`],
  },
  {
    id: 'I4',
    name: 'a trained run without a version',
    sql: [`delete from version where model = 'own' and number = (select max(number) from version where model = 'own')`],
  },
  {
    id: 'I4',
    name: 'a step of an attempt that nobody claimed',
    sql: [`update run_step set epoch = epoch + 9 where model = 'own' and step = 'register'`],
  },
  {
    id: 'I4',
    name: 'an older attempt that goes on',
    sql: [
      `insert into run_step select model, run, 'collect', epoch - 1, started_at + 1, ended_at, result from run_step where model = 'own' and step = 'register'`,
    ],
  },
  {
    id: 'I5',
    name: 'a trained run that failed afterwards',
    sql: [`update run set state = 'failed' where model = 'own' and state = 'trained'`],
  },
  {
    id: 'I5',
    name: 'a version that has changed',
    sql: [`update version set rows = rows + 1 where model = 'own' and number = 1`],
  },
  {
    id: 'I5',
    name: 'a decision that was taken away',
    sql: [`delete from decision where model = 'own' and seq = (select max(seq) from decision where model = 'own')`],
  },
  {
    id: 'I5',
    name: 'a training that was never validated',
    sql: [`delete from run_step where model = 'own' and step = 'validate'`],
  },
  {
    id: 'I5',
    name: 'a run that has ended and is active',
    sql: [`update run set ended_at = null where model = 'own' and ${NEWEST_RUN}`],
  },
  { id: 'I6', name: 'a run that says nothing', sql: ['drop index one_active_run', activeRun('0', FUTURE)] },
  { id: 'I6', name: 'a run past its deadline', sql: ['drop index one_active_run', activeRun(FUTURE, '0')] },
  {
    id: 'I6',
    name: 'a run that the loop was not told of',
    sql: [`update run set observation = null, ended_at = 0 where model = 'own' and ${NEWEST_RUN}`],
  },
]

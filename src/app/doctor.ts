import { resolve } from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { DoctorAsked, DoctorLine, DoctorReport } from '../cli/doctor-report.ts'
import { databaseLines } from './doctor-database.ts'
import { configurationLine, dataFolderLines, diskLine, machineLines, serverLine } from './doctor-machine.ts'
import { environment } from './env.ts'
import { nearestFolder } from './server-place.ts'

/** Looks at everything that Keepfit needs, whether it runs or not. Never throws for what it finds. */
export async function doctor(asked: DoctorAsked, keepfit: string, clock: Clock): Promise<DoctorReport> {
  const env = environment()
  const given = asked.data ?? env['KEEPFIT_DATA']
  const folder = given === undefined ? await nearestFolder(process.cwd()) : resolve(given)
  const database = asked.database ?? env['DATABASE_URL']
  const lines: DoctorLine[] = [
    ...machineLines(),
    await configurationLine(asked.config),
    ...(await dataFolderLines(folder)),
    await diskLine(folder ?? process.cwd()),
    ...(await databaseLines(database, folder, clock)),
    await serverLine(folder),
  ]
  return { version: 1, keepfit, lines }
}

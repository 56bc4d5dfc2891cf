import { expect, test } from 'vitest'
import { freshDatabase } from '../../../test/support/postgres.ts'
import { openRunQueue } from './run-queue.ts'

test('processes that start together make the tables of the queue one after the other', async () => {
  const { database, url, drop } = await freshDatabase()
  const opened = await Promise.allSettled([1, 2, 3, 4].map(() => openRunQueue(database, url, 'test')))
  for (const one of opened) if (one.status === 'fulfilled') await one.value.close()
  await drop()
  expect(opened.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled'])
})

import type { Pool, PoolClient, QueryResult } from 'pg'

/**
 * One transaction on a connection of its own: committed when `work` is done, rolled back when it throws. A connection that
 * could not even be rolled back is thrown away: the next user of the pool must not find itself in a dead transaction.
 * @param begin `begin` and what must hold before anything is read; their answers are handed to `work`
 */
export async function inTransaction<T>(
  pool: Pool,
  begin: string,
  work: (client: PoolClient, begun: readonly QueryResult[]) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  try {
    // Several statements in one message answer with a list of results.
    const begun: unknown = await client.query(begin)
    const result = await work(client, begun as readonly QueryResult[])
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    await client.query('rollback').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    )
    throw error
  }
}

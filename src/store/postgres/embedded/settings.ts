/** What every start sets, so that a newer Keepfit's settings hold for older data. */
const SETTINGS: Readonly<Record<string, string>> = {
  // Reached through its socket only.
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  max_connections: '60',
  // An acknowledged row is on disk.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // One machine, no replicas: less is written.
  wal_level: 'minimal',
  max_wal_senders: '0',
  min_wal_size: '64MB',
  max_wal_size: '512MB',
  // Memory that grows with use; it must fit beside a model server on a small machine.
  shared_buffers: '64MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  io_method: 'sync',
  max_worker_processes: '4',
  max_parallel_workers_per_gather: '0',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '2',
  jit: 'off',
  restart_after_crash: 'on',
  timezone: 'UTC',
  // Errors go to whoever asked. The log tells of the server, never of rows: those are the user's data.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
}

/** The words after `postgres`. */
export function serverArguments(
  dataFolder: string,
  socketFolder: string,
  overrides: Readonly<Record<string, string>> = {},
): string[] {
  const settings = { ...SETTINGS, unix_socket_directories: quoted(socketFolder), ...overrides }
  return ['-D', dataFolder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** A list of one: a comma in the path separates nothing. */
function quoted(path: string): string {
  return `"${path.replaceAll('"', '""')}"`
}

import { type ApiClient, apiClient } from '../cli/api-client.ts'
import { environment } from './env.ts'
import { findServer } from './server-place.ts'

/**
 * A client of the server that a command means.
 * @param said the options `--url` and `--data`; what was not said stands in the environment, or in the nearest data folder
 */
export async function connect(said: { readonly url?: string; readonly data?: string }): Promise<ApiClient> {
  const env = environment()
  const words = {
    url: said.url ?? env['KEEPFIT_URL'],
    data: said.data ?? env['KEEPFIT_DATA'],
    token: env['KEEPFIT_TOKEN'],
  }
  return apiClient(await findServer(words, process.cwd()))
}

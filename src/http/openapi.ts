import { z } from '@hono/zod-openapi'
import { type ApiRoutes, apiRoutes } from './api-routes.ts'
import { answers, route } from './route.ts'

type Document = ReturnType<ApiRoutes['getOpenAPI31Document']>

/** What `GET /v1/openapi.json` answers: all that is registered, with how to identify oneself. */
export function openApiDocument(api: ApiRoutes, version: string): Document {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Keepfit',
      version,
      description: 'Keeps production ML models fit: takes predictions and labels, decides, trains, judges, explains.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
  })
  const components = document.components ?? {}
  const token = { type: 'http', scheme: 'bearer', description: 'keepfit token create; docs/api.md' } as const
  return { ...document, components: { ...components, securitySchemes: { token } } }
}

/** @param api the whole, once all other routes are registered */
export function openApiRoutes(api: ApiRoutes, version: string): ApiRoutes {
  let document: Document | undefined
  return apiRoutes().openapi(
    route({
      method: 'get',
      path: '/openapi.json',
      scope: 'read',
      summary: 'This description of the API, as OpenAPI 3.1',
      tags: ['api'],
      responses: { 200: answers(z.looseObject({ openapi: z.string() }), 'The document.') },
    }),
    (c) => {
      document ??= openApiDocument(api, version)
      return c.json(document as unknown as { openapi: string }, 200)
    },
  )
}

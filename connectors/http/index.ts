import { defineConnector } from '../define.ts'
import { newItems } from './new-items.ts'
import { request } from './request.ts'

export const http = defineConnector({
  id: 'http',
  title: 'HTTP',
  description: 'Calls any service that has a web address.',
  icon: 'globe',
  actions: [request],
  triggers: [newItems],
})

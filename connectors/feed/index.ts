import { defineConnector } from '../define.ts'
import { newItem } from './new-item.ts'

export const feed = defineConnector({
  id: 'feed',
  title: 'Feeds',
  description: 'Follows news, blogs, podcasts and releases by their feeds.',
  icon: 'rss',
  actions: [],
  triggers: [newItem],
})

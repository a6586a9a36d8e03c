import { hostile } from '../../testing/hostile.ts'

hostile('there is no other way out than fetch', {
  code: `export default async () => {
    const names = ['XMLHttpRequest', 'WebSocket', 'EventSource', 'Worker', 'importScripts', 'navigator', 'RTCPeerConnection', 'location', 'open']
    return names.filter((name) => name in globalThis)
  }`,
  gives: [],
})

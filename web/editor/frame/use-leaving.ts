import { useEffect } from 'react'
import type { DraftSaver } from '../save/draft-saver.ts'

/** What isn't saved yet survives the page: it is written down when the page goes, and sent when the network is back. */
export function useLeaving(saver: DraftSaver): void {
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent) => {
      // Only when there is no room to keep it does leaving mean losing it.
      if (!saver.keep()) event.preventDefault()
    }
    const onHide = () => saver.freeze()
    const onShow = () => saver.thaw()
    const onOnline = () => void saver.flush()
    window.addEventListener('beforeunload', onLeave)
    window.addEventListener('pagehide', onHide)
    window.addEventListener('pageshow', onShow)
    window.addEventListener('online', onOnline)
    return () => {
      window.removeEventListener('beforeunload', onLeave)
      window.removeEventListener('pagehide', onHide)
      window.removeEventListener('pageshow', onShow)
      window.removeEventListener('online', onOnline)
    }
  }, [saver])
}

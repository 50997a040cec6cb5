import { configManager, hawtio, HawtioInitialization, Logger, TaskState } from '@hawtio/react/init'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

const LOADING = 'Loading the console'

// Something to look at while the rest, a few megabytes, is on its way.
const root = createRoot(document.getElementById('root') as HTMLElement)
configManager.initItem(LOADING, TaskState.started, 'config')
root.render(<HawtioInitialization verbose={configManager.globalLogLevel() < Logger.INFO.value} />)

async function start() {
  const { registerPlugins } = await import('./plugins')
  registerPlugins()
  configManager.initItem(LOADING, TaskState.finished, 'config')
  await hawtio.bootstrap()
  const { Hawtio } = await import('@hawtio/react/ui')
  root.render(
    <StrictMode>
      <Hawtio />
    </StrictMode>,
  )
}

void start()

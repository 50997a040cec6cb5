import '@patternfly/react-core/dist/styles/base.css'
import '@hawtio/react/dist/init.css'
import '@hawtio/react/dist/index.css'
import './index.css'

import('./bootstrap')

import { t } from '../../i18n/texts';
import { Problem } from './problem';

/** In the place of what is not there yet, or why it does not come. */
export const Loading = ({ problem }: { problem: string | undefined }) =>
  problem === undefined ? <p class="faint" role="status">{t('loading')}</p> : <Problem text={problem} />;

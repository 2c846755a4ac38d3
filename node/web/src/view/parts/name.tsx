import { t } from '../../i18n/texts';

/** A stranger's name, which can be empty once what cannot be seen is taken out of it (model/words.ts). */
export const nameOf = (name: string | undefined): string => name || t('no-name');

/** It, kept from turning its surroundings around (UAX #9). */
export const Name = ({ of }: { of: string | undefined }) => <bdi>{nameOf(of)}</bdi>;

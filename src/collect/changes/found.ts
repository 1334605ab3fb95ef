import type { Change } from '../../model/case.ts';

/** A change as a source tells it, before it is known where its resources are. */
export interface Found extends Pick<Change, 'at' | 'source' | 'what' | 'by' | 'where' | 'ids'> {
  cluster?: string;
  workload?: Change['workload'];
  /** The ID by which EKS knows it. */
  update?: string;
}

/** What a source has, and whether that is all. */
export interface Told {
  found: Found[];
  whole: boolean;
}

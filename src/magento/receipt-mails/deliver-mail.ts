import type { ReceiptMail } from '../../register/receipt-mail.ts';
import { restamped } from '../delivery/begun.ts';
import { type CourseContext, follow } from '../delivery/course.ts';
import { type DocumentDelivery, parkedAtOnce } from '../delivery/document-delivery.ts';
import type { DeliveryShop } from '../delivery/shop.ts';
import { mailCourse } from './course.ts';
import { describeMail, newMail, readMailProgress } from './progress.ts';

/** Receipts by e-mail, which Magento sends by its own call, whichever way their sale went in. */
export function createMailDelivery(context: CourseContext, shop: DeliveryShop): DocumentDelivery<ReceiptMail> {
  return {
    async deliver(mail, task) {
      const sale = task.needed.find((document) => document.kind === 'sale');
      const order = sale?.delivery.order ?? null;
      if (order === null) {
        const withdrawn = sale?.delivery.withdrawn ?? null;
        const why =
          withdrawn === null
            ? 'Its sale is not in the journal any more'
            : `Its sale was withdrawn by ${withdrawn.by} (${withdrawn.why})`;
        const words = `${why}, so that there is no order to send: send the receipt by hand, then cancel this`;
        return parkedAtOnce(task.progress, 'delivery.sale-withdrawn', words);
      }
      const progress = readMailProgress(task.progress) ?? newMail;
      return follow(mailCourse(mail, order, shop), context, restamped(progress, context.clock), task);
    },
    describe(stored) {
      const progress = readMailProgress(stored);
      return progress === null ? null : describeMail(progress);
    },
  };
}

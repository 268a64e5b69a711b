import type { NewCustomer } from '../../register/new-customer.ts';
import { restamped } from '../delivery/begun.ts';
import { type CourseContext, follow } from '../delivery/course.ts';
import type { DocumentDelivery } from '../delivery/document-delivery.ts';
import type { DeliveryShop } from '../delivery/shop.ts';
import { customerCourse } from './course.ts';
import { newCustomerProgress, readCustomerProgress } from './progress.ts';

/** New customers, who are made by Magento's own call whatever else the shop has. */
export function createCustomerDelivery(context: CourseContext, shop: DeliveryShop): DocumentDelivery<NewCustomer> {
  return {
    deliver(customer, task) {
      const progress = readCustomerProgress(task.progress) ?? newCustomerProgress;
      return follow(customerCourse(customer, shop), context, restamped(progress, context.clock), task);
    },
    describe(stored) {
      const progress = readCustomerProgress(stored);
      if (progress === null) return null;
      return progress.begun === null ? 'not begun' : 'making the customer, answer unknown';
    },
  };
}

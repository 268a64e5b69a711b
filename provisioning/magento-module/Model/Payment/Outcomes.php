<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Payment;

use Holdfast\Terminal\Model\Sale\OrderBuilder;

/**
 * What the outcomes of its payments mean for an order. Pure.
 */
class Outcomes
{
    public const APPROVED = 'approved';
    public const DECLINED = 'declined';
    public const CHARGEBACK = 'chargeback';
    private const PAID = [self::APPROVED, 'settled'];
    private const UNPAID = [self::DECLINED, 'expired', 'reversed'];
    public const ALL = [...self::PAID, ...self::UNPAID, self::CHARGEBACK];

    /** Values of the column `holdfast_payment` beside those a sale begins with. */
    public const PAYMENT_DECLINED = 'declined';
    public const PAYMENT_CHARGED_BACK = 'charged_back';

    /**
     * Whether the money has come, or is sure to.
     */
    public function isPaid(string $outcome): bool
    {
        return in_array($outcome, self::PAID, true);
    }

    /**
     * @param string[] $provisional References of the sale's provisional tenders.
     * @param array<string, string> $latest The latest outcome by reference.
     * @return bool Whether all that was open is approved now.
     */
    public function allApproved(array $provisional, array $latest): bool
    {
        foreach ($provisional as $reference) {
            if (!$this->isPaid($latest[$reference] ?? '')) {
                return false;
            }
        }
        return true;
    }

    /**
     * How the order's payment stands: the worst of what is known.
     *
     * @param string[] $provisional
     * @param array<string, string> $latest
     */
    public function payment(array $provisional, array $latest): string
    {
        if (in_array(self::CHARGEBACK, $latest, true)) {
            return self::PAYMENT_CHARGED_BACK;
        }
        if (array_intersect(self::UNPAID, $latest)) {
            return self::PAYMENT_DECLINED;
        }
        return $this->allApproved($provisional, $latest) ? OrderBuilder::PAID : OrderBuilder::PROVISIONAL;
    }
}

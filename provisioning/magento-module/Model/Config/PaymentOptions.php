<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Config;

use Holdfast\Terminal\Model\Payment\Outcomes;
use Holdfast\Terminal\Model\Sale\OrderBuilder;
use Magento\Framework\Data\OptionSourceInterface;

/**
 * How an order's payment at the till stands, for the grid's column and filter.
 */
class PaymentOptions implements OptionSourceInterface
{
    /**
     * @inheritdoc
     */
    public function toOptionArray(): array
    {
        return [
            ['value' => OrderBuilder::PAID, 'label' => __('Paid')],
            ['value' => OrderBuilder::PROVISIONAL, 'label' => __('Provisional')],
            ['value' => Outcomes::PAYMENT_DECLINED, 'label' => __('Declined')],
            ['value' => Outcomes::PAYMENT_CHARGED_BACK, 'label' => __('Charged back')],
        ];
    }
}

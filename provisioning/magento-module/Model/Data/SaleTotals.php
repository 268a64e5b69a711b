<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\SaleTotalsInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class SaleTotals extends AbstractSimpleObject implements SaleTotalsInterface
{
    /**
     * @inheritdoc
     */
    public function getSubtotal(): ?float
    {
        return $this->_get('subtotal');
    }

    /**
     * @inheritdoc
     */
    public function setSubtotal(?float $subtotal): void
    {
        $this->setData('subtotal', $subtotal);
    }

    /**
     * @inheritdoc
     */
    public function getSubtotalInclTax(): ?float
    {
        return $this->_get('subtotal_incl_tax');
    }

    /**
     * @inheritdoc
     */
    public function setSubtotalInclTax(?float $subtotalInclTax): void
    {
        $this->setData('subtotal_incl_tax', $subtotalInclTax);
    }

    /**
     * @inheritdoc
     */
    public function getDiscountAmount(): ?float
    {
        return $this->_get('discount_amount');
    }

    /**
     * @inheritdoc
     */
    public function setDiscountAmount(?float $discountAmount): void
    {
        $this->setData('discount_amount', $discountAmount);
    }

    /**
     * @inheritdoc
     */
    public function getTaxAmount(): ?float
    {
        return $this->_get('tax_amount');
    }

    /**
     * @inheritdoc
     */
    public function setTaxAmount(?float $taxAmount): void
    {
        $this->setData('tax_amount', $taxAmount);
    }

    /**
     * @inheritdoc
     */
    public function getDiscountTaxCompensationAmount(): ?float
    {
        return $this->_get('discount_tax_compensation_amount');
    }

    /**
     * @inheritdoc
     */
    public function setDiscountTaxCompensationAmount(?float $discountTaxCompensationAmount): void
    {
        $this->setData('discount_tax_compensation_amount', $discountTaxCompensationAmount);
    }

    /**
     * @inheritdoc
     */
    public function getGrandTotal(): ?float
    {
        return $this->_get('grand_total');
    }

    /**
     * @inheritdoc
     */
    public function setGrandTotal(?float $grandTotal): void
    {
        $this->setData('grand_total', $grandTotal);
    }
}

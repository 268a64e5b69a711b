<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Data;

use Holdfast\Terminal\Api\Data\ReturnLineInterface;
use Magento\Framework\Api\AbstractSimpleObject;

/**
 * @inheritdoc
 */
class ReturnLine extends AbstractSimpleObject implements ReturnLineInterface
{
    /**
     * @inheritdoc
     */
    public function getSku(): ?string
    {
        return $this->_get('sku');
    }

    /**
     * @inheritdoc
     */
    public function setSku(?string $sku): void
    {
        $this->setData('sku', $sku);
    }

    /**
     * @inheritdoc
     */
    public function getQty(): ?float
    {
        return $this->_get('qty');
    }

    /**
     * @inheritdoc
     */
    public function setQty(?float $qty): void
    {
        $this->setData('qty', $qty);
    }

    /**
     * @inheritdoc
     */
    public function getQtyToStock(): ?float
    {
        return $this->_get('qty_to_stock');
    }

    /**
     * @inheritdoc
     */
    public function setQtyToStock(?float $qtyToStock): void
    {
        $this->setData('qty_to_stock', $qtyToStock);
    }

    /**
     * @inheritdoc
     */
    public function getRowTotal(): ?float
    {
        return $this->_get('row_total');
    }

    /**
     * @inheritdoc
     */
    public function setRowTotal(?float $rowTotal): void
    {
        $this->setData('row_total', $rowTotal);
    }

    /**
     * @inheritdoc
     */
    public function getRowTotalInclTax(): ?float
    {
        return $this->_get('row_total_incl_tax');
    }

    /**
     * @inheritdoc
     */
    public function setRowTotalInclTax(?float $rowTotalInclTax): void
    {
        $this->setData('row_total_incl_tax', $rowTotalInclTax);
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
}

<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Returns;

use Holdfast\Terminal\Api\Data\SaleReturnInterface;
use Holdfast\Terminal\Model\Refusal;

/**
 * What a return must say to be written. Pure.
 */
class ReturnRules
{
    private const LONGEST_NUMBER = 50;

    /**
     * @throws Refusal
     */
    public function check(SaleReturnInterface $return): void
    {
        $problems = array_merge($this->head($return), $this->lines($return));
        if ($problems) {
            throw Refusal::invalid('The return is not valid: ' . implode('; ', $problems));
        }
    }

    /**
     * @return string[]
     */
    private function head(SaleReturnInterface $return): array
    {
        $problems = [];
        if ((string)$return->getReturnId() === '') {
            $problems[] = 'no return_id';
        }
        $length = mb_strlen((string)$return->getReturnNumber());
        if ($length < 1 || $length > self::LONGEST_NUMBER) {
            $problems[] = 'return_number must have 1..50 characters';
        }
        if ((string)$return->getSaleId() === '' && (string)$return->getReceiptNumber() === '') {
            $problems[] = 'no sale_id and no receipt_number';
        }
        if ((string)$return->getSourceCode() === '') {
            $problems[] = 'no source_code';
        }
        if ($return->isReturnToStock() === null) {
            $problems[] = 'no return_to_stock';
        }
        if (!$return->getLines()) {
            $problems[] = 'no lines';
        }
        return $problems;
    }

    /**
     * @return string[]
     */
    private function lines(SaleReturnInterface $return): array
    {
        $problems = [];
        foreach ($return->getLines() ?? [] as $index => $line) {
            $at = "lines[$index]";
            if (trim((string)$line->getSku()) === '') {
                $problems[] = "$at.sku is missing";
            }
            if (($line->getQty() ?? 0) <= 0) {
                $problems[] = "$at.qty must be positive";
            }
            if ($line->getQtyToStock() !== null && ($line->getQtyToStock() < 0 || $line->getQtyToStock() > $line->getQty())) {
                $problems[] = "$at.qty_to_stock must be 0..qty";
            }
            $amounts = [
                'row_total' => $line->getRowTotal(),
                'row_total_incl_tax' => $line->getRowTotalInclTax(),
                'discount_amount' => $line->getDiscountAmount(),
                'tax_amount' => $line->getTaxAmount(),
                'discount_tax_compensation_amount' => $line->getDiscountTaxCompensationAmount(),
            ];
            foreach ($amounts as $field => $amount) {
                if ($amount === null) {
                    $problems[] = "$at.$field is missing";
                } elseif ($amount < 0) {
                    $problems[] = "$at.$field must not be negative";
                }
            }
        }
        return $problems;
    }
}

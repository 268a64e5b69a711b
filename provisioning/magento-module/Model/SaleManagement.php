<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model;

use Holdfast\Terminal\Api\Data\SaleInterface;
use Holdfast\Terminal\Api\Data\SaleResultInterface;
use Holdfast\Terminal\Api\SaleManagementInterface;
use Holdfast\Terminal\Model\Document\DocumentTable;
use Holdfast\Terminal\Model\Document\PostOnce;
use Holdfast\Terminal\Model\Sale\SaleRules;
use Holdfast\Terminal\Model\Sale\SaleWriter;

/**
 * @inheritdoc
 */
class SaleManagement implements SaleManagementInterface
{
    public function __construct(
        private readonly SaleRules $rules,
        private readonly PostOnce $postOnce,
        private readonly SaleWriter $writer,
        private readonly DocumentTable $documents,
        private readonly Answers $answers
    ) {
    }

    /**
     * @inheritdoc
     */
    public function post(SaleInterface $sale): SaleResultInterface
    {
        $this->rules->check($sale);
        return $this->answers->sale($this->postOnce->post(
            DocumentTable::SALE,
            $sale->getSaleId(),
            $sale->getReceiptNumber(),
            $sale->__toArray(),
            fn (): array => $this->writer->write($sale)
        ));
    }

    /**
     * @inheritdoc
     */
    public function get(string $saleId): SaleResultInterface
    {
        $stored = $this->documents->find(DocumentTable::SALE, $saleId);
        if ($stored === null) {
            throw Refusal::unknown('sale_id', $saleId);
        }
        return $this->answers->sale(['duplicate' => true] + $stored->answer);
    }
}

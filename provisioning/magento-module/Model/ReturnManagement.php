<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model;

use Holdfast\Terminal\Api\Data\ReturnResultInterface;
use Holdfast\Terminal\Api\Data\SaleReturnInterface;
use Holdfast\Terminal\Api\ReturnManagementInterface;
use Holdfast\Terminal\Model\Document\DocumentTable;
use Holdfast\Terminal\Model\Document\PostOnce;
use Holdfast\Terminal\Model\Returns\ReturnRules;
use Holdfast\Terminal\Model\Returns\ReturnWriter;

/**
 * @inheritdoc
 */
class ReturnManagement implements ReturnManagementInterface
{
    public function __construct(
        private readonly ReturnRules $rules,
        private readonly PostOnce $postOnce,
        private readonly ReturnWriter $writer,
        private readonly Answers $answers
    ) {
    }

    /**
     * @inheritdoc
     */
    public function post(SaleReturnInterface $return): ReturnResultInterface
    {
        $this->rules->check($return);
        return $this->answers->saleReturn($this->postOnce->post(
            DocumentTable::RETURN,
            $return->getReturnId(),
            $return->getReturnNumber(),
            $return->__toArray(),
            fn (): array => $this->writer->write($return)
        ));
    }
}

<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Document;

use Magento\Framework\App\ResourceConnection;
use Magento\Framework\DB\Adapter\AdapterInterface;
use Magento\Framework\DB\Adapter\DuplicateException;

/**
 * The table `holdfast_document`: a row for everything that tills have posted, unique by id and by number.
 */
class DocumentTable
{
    public const SALE = 'sale';
    public const RETURN = 'return';
    public const OUTCOME = 'outcome';

    public function __construct(private readonly ResourceConnection $resource)
    {
    }

    /**
     * Writes the row of a document that is about to be carried out. Must be the transaction's first statement: it is the
     * lock. A second one waits here until the first has ended, and is then told that it is a duplicate.
     *
     * @param array<string, mixed> $contents
     * @throws AlreadyPosted
     */
    public function claim(string $kind, string $id, ?string $number, string $hash, array $contents): void
    {
        try {
            $this->connection()->insert($this->table(), [
                'kind' => $kind,
                'document_id' => $id,
                'number' => $number,
                'payload_hash' => $hash,
                'contents' => json_encode($contents, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE),
            ]);
        } catch (DuplicateException $taken) {
            throw new AlreadyPosted($taken->getMessage(), 0, $taken);
        }
    }

    /**
     * @param array<string, mixed> $answer
     */
    public function complete(string $kind, string $id, int $orderId, array $answer): void
    {
        $this->connection()->update(
            $this->table(),
            ['order_id' => $orderId, 'answer' => json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE)],
            ['kind = ?' => $kind, 'document_id = ?' => $id]
        );
    }

    public function find(string $kind, string $id): ?StoredDocument
    {
        return $this->one($kind, 'document_id', $id);
    }

    public function findByNumber(string $kind, string $number): ?StoredDocument
    {
        return $this->one($kind, 'number', $number);
    }

    /**
     * @return StoredDocument[] In order of writing.
     */
    public function ofOrder(string $kind, int $orderId): array
    {
        $select = $this->connection()->select()->from($this->table())
            ->where('kind = ?', $kind)->where('order_id = ?', $orderId)->order('document_no');
        return array_map([StoredDocument::class, 'fromRow'], $this->connection()->fetchAll($select));
    }

    private function one(string $kind, string $column, string $value): ?StoredDocument
    {
        $select = $this->connection()->select()->from($this->table())
            ->where('kind = ?', $kind)->where("$column = ?", $value);
        $row = $this->connection()->fetchRow($select);
        return $row ? StoredDocument::fromRow($row) : null;
    }

    private function connection(): AdapterInterface
    {
        return $this->resource->getConnection();
    }

    private function table(): string
    {
        return $this->resource->getTableName('holdfast_document');
    }
}

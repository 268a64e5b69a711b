<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Document;

/**
 * A row of `holdfast_document`.
 */
class StoredDocument
{
    /**
     * @param array<string, mixed> $contents As posted.
     * @param array<string, mixed> $answer As answered.
     */
    public function __construct(
        public readonly string $id,
        public readonly string $hash,
        public readonly int $orderId,
        public readonly array $contents,
        public readonly array $answer
    ) {
    }

    /**
     * @param array<string, mixed> $row
     */
    public static function fromRow(array $row): self
    {
        return new self(
            (string)$row['document_id'],
            (string)$row['payload_hash'],
            (int)$row['order_id'],
            json_decode((string)$row['contents'], true, 512, JSON_THROW_ON_ERROR),
            $row['answer'] === null ? [] : json_decode((string)$row['answer'], true, 512, JSON_THROW_ON_ERROR)
        );
    }
}

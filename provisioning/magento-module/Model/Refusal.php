<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model;

use Magento\Framework\Phrase;
use Magento\Framework\Webapi\Exception as WebapiException;

/**
 * A document that is refused for what it says: nothing is written, and repeating it can't help.
 */
class Refusal extends WebapiException implements FinalAnswer
{
    private const UNPROCESSABLE = 422;
    private const CONFLICT = 409;
    private const GONE = 410;

    public static function invalid(string $what): self
    {
        return new self(new Phrase($what), 0, self::UNPROCESSABLE);
    }

    public static function conflict(string $what): self
    {
        return new self(new Phrase($what), 0, self::CONFLICT);
    }

    public static function bad(string $what): self
    {
        return new self(new Phrase($what), 0, self::HTTP_BAD_REQUEST);
    }

    public static function missing(string $what): self
    {
        return new self(new Phrase($what), 0, self::HTTP_NOT_FOUND);
    }

    public static function gone(string $what): self
    {
        return new self(new Phrase($what), 0, self::GONE);
    }

    /**
     * In the words of Magento's own `NoSuchEntityException`.
     */
    public static function unknown(string $field, string $value): self
    {
        return new self(
            new Phrase('No such entity with %fieldName = %fieldValue'),
            0,
            self::HTTP_NOT_FOUND,
            ['fieldName' => $field, 'fieldValue' => $value]
        );
    }
}
